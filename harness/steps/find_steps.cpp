// mail.find: a message that a dialogue sent, and what has become of its octets.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/wait.h"
#include "steps/catalog.h"
#include "steps/dialogue_line.h"
#include "steps/filler_lines.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"

namespace e2e {
namespace {

constexpr Duration kLastLook{5'000};
constexpr std::size_t kShown = 1500;

// UIDs of the messages with that Message-ID in the mailbox that is open.
Outcome<std::vector<std::string>> UidsOf(ImapClient& imap, const std::string& message_id, Deadline deadline) {
  E2E_TRY(const ImapReply reply, imap.Command("UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", deadline),
          "reading Message-IDs");
  std::vector<std::string> uids;
  for (const std::string& line : reply.untagged) {
    const std::size_t at = line.find("UID ");
    if (at == std::string::npos || line.find("<" + message_id + ">") == std::string::npos) continue;
    uids.push_back(line.substr(at + 4, line.find_first_not_of("0123456789", at + 4) - at - 4));
  }
  return uids;
}

// The octets of all that have it, from whatever mailbox.
Outcome<std::vector<std::string>> FindByMessageId(ImapClient& imap, const std::string& message_id, Deadline deadline) {
  std::vector<std::string> found;
  E2E_TRY(const std::vector<std::string> names, MailboxNames(imap, deadline), "looking for " + message_id);
  for (const std::string& name : names) {
    E2E_TRY(const Mailbox mailbox, imap.Examine(name, deadline), "opening " + name);
    if (mailbox.exists == 0) continue;
    E2E_TRY(const std::vector<std::string> uids, UidsOf(imap, message_id, deadline), "looking into " + name);
    for (const std::string& uid : uids) {
      E2E_TRY(const ImapReply reply, imap.Command("UID FETCH " + uid + " (UID BODY.PEEK[])", deadline),
              "reading " + message_id);
      for (const std::string& line : reply.untagged) {
        if (const auto message = ParseFetch(line)) found.push_back(message->body);
      }
    }
  }
  return found;
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
    std::vector<std::string> found;
    const auto probe = [&]() -> Outcome<Probe> {
      E2E_TRY(found, FindByMessageId(imap, message_id_, look), "mail.find");
      return found.empty() ? Probe::Pending("not in any mailbox of " + account.address) : Probe::Ready();
    };
    E2E_CHECK(WaitUntil(world.clock, "message " + message_id_, deadline, {.interval = Duration(500)}, probe),
              "mail.find");
    E2E_CHECK(imap.Logout(look), "mail.find");
    if (found.size() > 1) {
      return Error(ErrorKind::kExpectation, fmt::format("message {} is there {} times", message_id_, found.size()));
    }
    E2E_CHECK(Compare(found.front()), "mail.find of " + message_id_);
    return fmt::format("found in the mailboxes of {}, {} octets", account_, found.front().size());
  }

 private:
  Status Compare(const std::string& stored) const {
    for (const std::string& text : holds_) {
      E2E_TRY(const std::string octets, Unescaped(text), "comparing");
      if (stored.find(octets) == std::string::npos) return Wrong("holds no \"" + text + "\"", stored);
    }
    for (const std::string& text : lacks_) {
      E2E_TRY(const std::string octets, Unescaped(text), "comparing");
      if (stored.find(octets) != std::string::npos) return Wrong("holds \"" + text + "\"", stored);
    }
    if (filler_.given && stored.find(filler_.Octets()) == std::string::npos)
      return Wrong(fmt::format("does not hold the filler of {} octets as it was sent", filler_.Size()), stored);
    return {};
  }
  static Error Wrong(const std::string& what, const std::string& stored) {
    return Error(ErrorKind::kExpectation, "the message " + what).Detail("it begins:\n" + stored.substr(0, kShown));
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
