// ImapChanges: messages appended, flagged, moved between two mailboxes and expunged.
#pragma once

#include <array>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "net/imap_client.h"
#include "steps/change_traffic.h"

namespace e2e {

// The two mailboxes are its own and made by it. It knows its messages by UIDs, so the server must offer UIDPLUS and
// MOVE: otherwise kInconclusive.
class ImapChanges : public ChangeClient {
 public:
  ImapChanges(ChangePlan plan, ImapOptions server);
  Status Open(TrafficSite& site, Deadline deadline) override;
  Outcome<Ack> Change(TrafficSite& site, Deadline deadline) override;
  void Close(Deadline deadline) override;

 private:
  struct Box {
    std::string name;
    std::uint32_t uidvalidity = 0;
  };
  // A message of which everything is known.
  struct Known {
    std::string id;
    std::size_t box = 0;
    std::uint32_t uid = 0;
    MailFlags flags = 0;
  };

  Status Make(const Box& box, Deadline deadline);
  Status Enter(TrafficSite& site, std::size_t box, Deadline deadline);
  Outcome<Ack> Append(TrafficSite& site, Deadline deadline);
  // These are told which of the known messages.
  Outcome<Ack> Store(TrafficSite& site, std::size_t at, MailFlags flag, Deadline deadline);
  Outcome<Ack> Move(TrafficSite& site, std::size_t at, Deadline deadline);
  Outcome<Ack> Expunge(TrafficSite& site, std::size_t at, Deadline deadline);
  LedgerChange ChangeOf(const Known& message, ChangeKind kind);
  Status Given(TrafficSite& site, const Known& message, const NewUid& place);
  // What came of a command, and what the ledger keeps of its answer. An error with an open session is NO or BAD.
  static std::pair<Ack, std::string> AnswerOf(const Outcome<ImapReply>& reply);
  std::pair<Ack, std::string> AnswerOf(const Outcome<NewUid>& place);
  std::size_t Draw(std::size_t below) { return static_cast<std::size_t>(random_() % below); }
  void Forget(std::size_t at) { known_.erase(known_.begin() + static_cast<std::ptrdiff_t>(at)); }

  const ChangePlan plan_;
  const ImapOptions server_;
  std::array<Box, 2> boxes_;
  std::mt19937_64 random_;
  std::optional<ImapClient> imap_;
  std::optional<std::size_t> selected_;
  std::vector<Known> known_;
  std::size_t messages_ = 0;
  std::size_t operations_ = 0;
};

}  // namespace e2e
