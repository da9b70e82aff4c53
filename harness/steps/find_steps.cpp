// mail.find: a message that a dialogue sent, and what has become of its octets.
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/wait.h"
#include "steps/catalog.h"
#include "steps/dialogue_line.h"
#include "steps/filler_lines.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"
#include "steps/octet_search.h"

namespace e2e {
namespace {

constexpr Duration kLastLook{5'000};

// UIDs of the messages with that Message-ID in the mailbox that is open.
Outcome<std::vector<std::uint32_t>> UidsOf(ImapClient& imap, const std::string& message_id, Deadline deadline) {
  E2E_TRY(const ImapReply reply, imap.Command("UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", deadline),
          "reading Message-IDs");
  std::vector<std::uint32_t> uids;
  for (const std::string& line : reply.untagged) {
    const std::size_t at = line.find("UID ");
    if (at == std::string::npos || line.find("<" + message_id + ">") == std::string::npos) continue;
    const auto uid = ParseInt(line.substr(at + 4, line.find_first_not_of("0123456789", at + 4) - at - 4));
    if (uid && *uid > 0 && *uid <= UINT32_MAX) uids.push_back(static_cast<std::uint32_t>(*uid));
  }
  return uids;
}

class MailFind : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    const auto octets = [](const std::string& text) {
      const auto unescaped = Unescaped(text);
      return unescaped ? "" : unescaped.error().message();
    };
    visitor.Text("account", account_, {.help = "who got it", .choices = AccountNames()});
    visitor.Text("message-id", message_id_, {.help = "its Message-ID without the angle brackets", .required = true});
    visitor.Texts("holds", holds_,
                  {.help = R"(octets that are in it, with the escapes \r \n \t \0 \\ \xHH)", .check = octets});
    visitor.Texts("lacks", lacks_, {.help = "octets that are not in it", .check = octets});
    visitor.Group("filler", filler_, {.help = "a filler that came through whole"});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const Account& account = AccountNamed(world, account_);
    const Deadline look = deadline.Plus(kLastLook);
    E2E_TRY(ImapClient imap, OpenImap(world, "imaps", account, look), "mail.find");
    std::vector<Found> found;
    const auto probe = [&]() -> Outcome<Probe> {
      E2E_TRY(found, Look(imap, look), "mail.find");
      return found.empty() ? Probe::Pending("not in any mailbox of " + account.address) : Probe::Ready();
    };
    E2E_CHECK(WaitUntil(world.clock, "message " + message_id_, deadline, {.interval = Duration(500)}, probe),
              "mail.find");
    E2E_CHECK(imap.Logout(look), "mail.find");
    if (found.size() > 1) {
      return Error(ErrorKind::kExpectation, fmt::format("message {} is there {} times", message_id_, found.size()));
    }
    E2E_CHECK(Judge(found.front()), "mail.find of " + message_id_);
    return fmt::format("found in the mailboxes of {}, {} octets", account_, found.front().search.size());
  }

 private:
  // A message whose octets have been looked at.
  struct Found {
    // For what is wanted, and behind it what is not.
    OctetSearch search;
    FillerMatch filler;
  };

  // All messages that have the Message-ID, in whatever mailbox.
  Outcome<std::vector<Found>> Look(ImapClient& imap, Deadline deadline) const {
    std::vector<Found> found;
    E2E_TRY(const std::vector<std::string> texts, Texts(), "looking for " + message_id_);
    E2E_TRY(const std::vector<std::string> names, MailboxNames(imap, deadline), "looking for " + message_id_);
    for (const std::string& name : names) {
      E2E_TRY(const Mailbox mailbox, imap.Examine(name, deadline), "opening " + name);
      if (mailbox.exists == 0) continue;
      E2E_TRY(const std::vector<std::uint32_t> uids, UidsOf(imap, message_id_, deadline), "looking into " + name);
      for (const std::uint32_t uid : uids) {
        Found& one = found.emplace_back(OctetSearch(texts), FillerMatch(filler_));
        const auto take = [&one](std::string_view piece) {
          one.search.Take(piece);
          one.filler.Take(piece);
        };
        E2E_CHECK(imap.FetchBody(uid, take, deadline), "reading " + message_id_);
      }
    }
    return found;
  }
  Outcome<std::vector<std::string>> Texts() const {
    std::vector<std::string> texts;
    for (const auto* list : {&holds_, &lacks_}) {
      for (const std::string& text : *list) {
        E2E_TRY(texts.emplace_back(), Unescaped(text), "comparing");
      }
    }
    return texts;
  }
  Status Judge(const Found& found) const {
    for (std::size_t i = 0; i < holds_.size(); ++i) {
      if (!found.search.found(i)) return Wrong("holds no \"" + holds_[i] + "\"", found);
    }
    for (std::size_t i = 0; i < lacks_.size(); ++i) {
      if (found.search.found(holds_.size() + i)) return Wrong("holds \"" + lacks_[i] + "\"", found);
    }
    if (filler_.given && !found.filler.whole())
      return Wrong(fmt::format("does not hold the filler of {} octets as it was sent", filler_.Size()), found);
    return {};
  }
  static Error Wrong(const std::string& what, const Found& found) {
    return Error(ErrorKind::kExpectation, "the message " + what).Detail("it begins:\n" + found.search.head());
  }

  std::string account_ = "user2";
  std::string message_id_;
  std::vector<std::string> holds_;
  std::vector<std::string> lacks_;
  FillerLines filler_;
};

}  // namespace

std::vector<StepKind> FindSteps() {
  return {
      {"mail.find", "find the one message with a Message-ID and look at its octets", Duration(60'000),
       MakeStep<MailFind>(), /*checks=*/true},
  };
}

}  // namespace e2e
