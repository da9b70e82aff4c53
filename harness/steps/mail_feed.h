// MailFeed: the messages of a load and what came of them, between a pump and a ledger.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/smtp_pump.h"
#include "steps/account.h"
#include "steps/ack_counts.h"
#include "steps/ack_events.h"
#include "steps/ledger.h"
#include "steps/message.h"
#include "steps/server_profile.h"
#include "steps/size_mix.h"

namespace e2e {

struct FeedPlan {
  // They send to each other; at least one.
  std::vector<Account> accounts;
  ServerProfile profile;
  // What the ids of the messages begin with; unique in the mailboxes.
  std::string id_prefix;
  SizeMix sizes{{2048, 2048}};
  std::uint64_t seed = 1;
  std::size_t sessions = 1;
  // Messages of one session at most. Default: what Stalwart takes.
  std::size_t per_session = 10;
  // false: nobody logs in, as when another server brings the mail.
  bool log_in = true;
  // Messages a second at most. Default: as many as the server takes.
  long long rate = 0;
  // How long nothing is sent after a message that was not acknowledged; doubled each time, up to 5 s. Default: no
  // pause.
  Duration pause{0};
};

// Each session is of the next account; message n goes to the next account and has the size that the seed gives it. Each
// account begins with another one every time, so that sessions that end early are spread over all pairs, too: servers
// count by sender and recipient. So ids, sizes and addresses are the same for the same plan while no message is
// refused. A message is in the ledger, on the disk, before it is begun, and its answer before it is counted. The disk
// is asked for many of them at once, as it makes a server on the same disk wait, too: the ledger is ahead of the
// sessions by a few messages, and those that are never begun are answered as refused. What it counts is told as events
// of the run.
class MailFeed : public PumpFeed {
 public:
  // `ledger` and `clock` must outlive it.
  MailFeed(FeedPlan plan, Ledger& ledger, const Clock& clock);

  std::optional<PumpPlan> Open() override;
  Outcome<std::vector<PumpMessage>> Turn(const std::vector<PumpResult>& results,
                                         const std::vector<std::size_t>& ready) override;
  Status Closed(std::size_t session, const std::optional<Error>& not_opened) override;
  std::optional<TimePoint> Due() override;

  // The events of what was counted last.
  void TellTheRest() { events_.End(counts_, clock_.Now()); }
  const AckCounts& counts() const { return counts_; }
  // "452 full at RCPT TO <…>"; "none" before any.
  const std::string& last_answer() const { return last_answer_; }

 protected:
  // How many messages may still be begun, as things are.
  virtual std::size_t Wanted() const = 0;
  // After each turn's counts; an error ends the pump.
  virtual Status Judge() { return Status(); }
  // A session that could not be opened; an error ends the pump.
  virtual Status NotOpened(const Error& why) = 0;

  const FeedPlan& plan() const { return plan_; }
  // Messages that were begun, and those whose result is not counted yet.
  std::size_t begun() const { return begun_; }
  std::size_t under_way() const { return under_way_; }
  // Nothing is begun and no session opened before then.
  void PauseFor(Duration pause) { not_before_ = clock_.Now() + pause; }

 private:
  // The messages that a session has been promised.
  struct Promise {
    const Account* from;
    std::size_t shift;  // of the recipients
    std::size_t next;
    std::size_t end;
    // In the ledger, and not begun.
    std::deque<PumpMessage> made;
  };

  LedgerAnswer Answer(const PumpResult& result);
  Status CountWhatIsOnDisk();
  bool MayBegin();
  std::vector<LedgerEntry> MakeAhead();
  LedgerEntry MakeOne(Promise& promise);

  const FeedPlan plan_;
  Ledger& ledger_;
  const Clock& clock_;
  AckCounts counts_;
  AckEvents events_;
  std::string last_answer_ = "none";
  std::map<std::size_t, Promise> sessions_;
  std::size_t session_ = 0;   // of the next one
  std::size_t number_ = 0;    // of the next message that is promised
  std::size_t promised_ = 0;  // and not begun
  std::size_t begun_ = 0;
  std::size_t under_way_ = 0;
  // Results in the ledger that are not counted yet.
  std::vector<Ack> uncounted_;
  TimePoint counted_at_;
  TimePoint not_before_{};
  TimePoint next_at_;  // what the rate allows
  Duration pause_;
};

}  // namespace e2e
