// imap.*: messages in mailboxes, put there, flagged, moved and looked for.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/wait.h"
#include "steps/catalog.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"

namespace e2e {
namespace {

constexpr const char* kPort = "imaps";
const std::vector<std::string> kFlags = {"\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen"};

// The fields that all of them have.
class ImapStep : public Step {
 protected:
  void AccountField(FieldVisitor& visitor) {
    visitor.Text("account", account_, {.help = "whose mailboxes", .choices = AccountNames()});
  }
  void MessageField(FieldVisitor& visitor, bool required) {
    visitor.Text("message", message_,
                 {.help = "name that mail.send or imap.append saved it under", .required = required});
  }
  std::vector<std::string> Needs() const override {
    return message_.empty() ? std::vector<std::string>() : std::vector<std::string>{"message " + message_};
  }
  Outcome<ImapClient> Open(World& world, Deadline deadline) const {
    return OpenImap(world, kPort, AccountNamed(world, account_), deadline);
  }
  // The UID of the message in the mailbox that is open; 0 when it is not there.
  Outcome<std::uint32_t> Find(World& world, ImapClient& imap, Deadline deadline) const {
    const std::string& id = world.messages.at(message_).id;
    std::uint32_t uid = 0;
    const auto look = [&](const FetchedMessage& message) {
      if (FindId(message.body) == id) uid = message.uid;
      return uid == 0;
    };
    E2E_CHECK(imap.FetchEach(1, look, deadline), "looking for message " + id);
    return uid;
  }
  Error NotThere(const std::string& mailbox) const {
    return Error(ErrorKind::kExpectation, fmt::format("message {} is not in {} of {}", message_, mailbox, account_));
  }

  // Who gets what mail.send sends.
  std::string account_ = "user2";
  std::string message_;
};

class ImapAppend : public ImapStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    AccountField(visitor);
    visitor.Text("mailbox", mailbox_, {.help = "where to"});
    visitor.Size("size", size_, {.help = "octets of the message", .min = 512, .max = 64 * 1024 * 1024});
    visitor.Text("save", save_, {.help = "name for later steps", .required = true});
  }
  std::vector<std::string> Saves() const override { return {"message " + save_, "value " + save_ + ".id"}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const std::string& address = AccountNamed(world, account_).address;
    TestMessage message =
        MakeMessage(fmt::format("{}-{}", world.ns, save_), address, address, static_cast<std::size_t>(size_.max));
    E2E_TRY(ImapClient imap, Open(world, deadline), "imap.append");
    E2E_TRY(const NewUid place, imap.Append(mailbox_, message.text, deadline), "imap.append");
    E2E_CHECK(imap.Logout(deadline), "imap.append");
    world.variables[save_ + ".id"] = message.id;
    world.messages.insert_or_assign(save_, std::move(message));
    return fmt::format("appended to {} of {}, UID {}", mailbox_, account_, place.uid);
  }

 private:
  std::string mailbox_ = "INBOX";
  SizeRange size_{2048, 2048};
  std::string save_;
};

class ImapExpect : public ImapStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    AccountField(visitor);
    visitor.Text("mailbox", mailbox_, {.help = "which one"});
    visitor.Number("count", count_, {.help = "messages that it holds; default: any number", .min = 0});
    MessageField(visitor, /*required=*/false);
    visitor.Texts("flags", flags_, {.help = "flags that the message has", .choices = kFlags});
    visitor.Texts("without", without_, {.help = "flags that the message does not have", .choices = kFlags});
  }
  std::string Check() const override {
    if (count_ < 0 && message_.empty()) return "expects nothing: neither a count nor a message";
    if (message_.empty() && !(flags_.empty() && without_.empty()))
      return "flags are those of a message, which is not named";
    return "";
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(ImapClient imap, Open(world, deadline), "imap.expect");
    std::string seen;
    // The last look comes when the time is up, and needs some of its own.
    const Deadline look = deadline.Plus(Duration(5'000));
    const auto probe = [&]() -> Outcome<Probe> {
      E2E_TRY(const std::string missing, Look(world, imap, seen, look), "imap.expect");
      return missing.empty() ? Probe::Ready() : Probe::Pending(missing);
    };
    E2E_CHECK(WaitUntil(world.clock, fmt::format("{} of {}", mailbox_, account_), deadline, {.interval = Duration(250)},
                        probe),
              "imap.expect");
    E2E_CHECK(imap.Logout(look), "imap.expect");
    return seen;
  }

 private:
  // What is not as expected; empty: nothing.
  Outcome<std::string> Look(World& world, ImapClient& imap, std::string& seen, Deadline deadline) const {
    const auto opened = imap.Examine(mailbox_, deadline);
    // The delivery of the first message may make it.
    if (!opened && opened.error().kind() == ErrorKind::kExpectation) return opened.error().message();
    E2E_TRY(const Mailbox mailbox, opened, "opening " + mailbox_);
    seen = fmt::format("{} holds {} messages", mailbox_, mailbox.exists);
    if (count_ >= 0 && mailbox.exists != static_cast<std::uint32_t>(count_))
      return seen + fmt::format(" instead of {}", count_);
    if (message_.empty()) return std::string();
    std::uint32_t uid = 0;
    if (mailbox.exists > 0) {
      E2E_TRY(uid, Find(world, imap, deadline), "looking into " + mailbox_);
    }
    if (uid == 0) return NotThere(mailbox_).message();
    E2E_TRY(const std::vector<std::string> flags, FlagsOf(imap, uid, deadline), "reading flags");
    seen += fmt::format(", {} with flags ({})", message_, Join(flags, " "));
    return WrongFlag(flags);
  }

  static Outcome<std::vector<std::string>> FlagsOf(ImapClient& imap, std::uint32_t uid, Deadline deadline) {
    E2E_TRY(const ImapReply reply, imap.Command(fmt::format("UID FETCH {} (FLAGS)", uid), deadline), "reading flags");
    for (const std::string& line : reply.untagged) {
      const std::size_t start = line.find("FLAGS (");
      if (start == std::string::npos || line.find(" FETCH ") == std::string::npos) continue;
      return Split(line.substr(start + 7, line.find(')', start) - start - 7), ' ');
    }
    return Error(ErrorKind::kExpectation, fmt::format("the server told no flags of UID {}", uid));
  }

  std::string WrongFlag(const std::vector<std::string>& flags) const {
    const auto has = [&](const std::string& wanted) {
      return std::any_of(flags.begin(), flags.end(),
                         [&](const std::string& flag) { return Lower(flag) == Lower(wanted); });
    };
    for (const std::string& flag : flags_) {
      if (!has(flag)) return fmt::format("message {} lacks the flag {}", message_, flag);
    }
    for (const std::string& flag : without_) {
      if (has(flag)) return fmt::format("message {} has the flag {}", message_, flag);
    }
    return "";
  }

  std::string mailbox_ = "INBOX";
  long long count_ = -1;
  std::vector<std::string> flags_;
  std::vector<std::string> without_;
};

// Servers index texts some time after a message came in.
class ImapSearch : public ImapStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    AccountField(visitor);
    visitor.Text("mailbox", mailbox_, {.help = "which one"});
    visitor.Text("keys", keys_, {.help = "what to search for: SUBJECT \"hello\" SINCE 1-Feb-2026", .required = true});
    visitor.Number("count", count_, {.help = "messages that it comes to find", .required = true, .min = 0});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(ImapClient imap, Open(world, deadline), "imap.search");
    // The last look comes when the time is up, and needs some of its own.
    const Deadline look = deadline.Plus(Duration(5'000));
    E2E_CHECK(imap.Examine(mailbox_, look), "imap.search");
    const auto probe = [&]() -> Outcome<Probe> {
      E2E_TRY(const ImapReply reply, imap.Command("UID SEARCH " + keys_, look), "searching for " + keys_);
      const std::size_t found = Found(reply);
      return found == static_cast<std::size_t>(count_)
                 ? Probe::Ready()
                 : Probe::Pending(fmt::format("finds {} messages instead of {}", found, count_));
    };
    E2E_CHECK(WaitUntil(world.clock, fmt::format("SEARCH {} in {} of {}", keys_, mailbox_, account_), deadline,
                        {.interval = Duration(250)}, probe),
              "imap.search");
    E2E_CHECK(imap.Logout(look), "imap.search");
    return fmt::format("SEARCH {} finds {} messages", keys_, count_);
  }

 private:
  static std::size_t Found(const ImapReply& reply) {
    std::size_t found = 0;
    for (const std::string& line : reply.untagged) {
      if (!line.starts_with("* SEARCH")) continue;
      for (const std::string& word : Split(line.substr(8), ' ')) found += word.empty() ? 0 : 1;
    }
    return found;
  }

  std::string mailbox_ = "INBOX";
  std::string keys_;
  long long count_ = 0;
};

class ImapFlag : public ImapStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    AccountField(visitor);
    visitor.Text("mailbox", mailbox_, {.help = "where the message is"});
    MessageField(visitor, /*required=*/true);
    visitor.Texts("add", add_, {.help = "flags to set", .choices = kFlags});
    visitor.Texts("remove", remove_, {.help = "flags to clear", .choices = kFlags});
  }
  std::string Check() const override { return add_.empty() && remove_.empty() ? "neither sets nor clears a flag" : ""; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(ImapClient imap, Open(world, deadline), "imap.flag");
    E2E_CHECK(imap.Select(mailbox_, deadline), "imap.flag");
    E2E_TRY(const std::uint32_t uid, Find(world, imap, deadline), "imap.flag");
    if (uid == 0) return NotThere(mailbox_).While("imap.flag");
    E2E_CHECK(Store(imap, uid, "+FLAGS", add_, deadline), "imap.flag");
    E2E_CHECK(Store(imap, uid, "-FLAGS", remove_, deadline), "imap.flag");
    E2E_CHECK(imap.Logout(deadline), "imap.flag");
    return fmt::format("UID {} of {}: {} set, {} cleared", uid, mailbox_, add_.size(), remove_.size());
  }

 private:
  static Status Store(ImapClient& imap, std::uint32_t uid, const char* item, const std::vector<std::string>& flags,
                      Deadline deadline) {
    if (flags.empty()) return {};
    E2E_CHECK(imap.Command(fmt::format("UID STORE {} {} ({})", uid, item, Join(flags, " ")), deadline),
              "storing flags");
    return {};
  }

  std::string mailbox_ = "INBOX";
  std::vector<std::string> add_;
  std::vector<std::string> remove_;
};

// RFC 6851.
class ImapMove : public ImapStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    AccountField(visitor);
    MessageField(visitor, /*required=*/true);
    visitor.Text("from", from_, {.help = "where the message is"});
    visitor.Text("to", to_, {.help = "where to; made when it is not there", .required = true});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(ImapClient imap, Open(world, deadline), "imap.move");
    if (!imap.capabilities().contains("MOVE"))
      return Error(ErrorKind::kExpectation, "the server does not offer MOVE (RFC 6851)");
    E2E_TRY(const ImapReply there, imap.Exchange("STATUS \"" + to_ + "\" (MESSAGES)", deadline), "imap.move");
    if (there.status != "OK") E2E_CHECK(imap.Command("CREATE \"" + to_ + "\"", deadline), "imap.move");
    E2E_CHECK(imap.Select(from_, deadline), "imap.move");
    E2E_TRY(const std::uint32_t uid, Find(world, imap, deadline), "imap.move");
    if (uid == 0) return NotThere(from_).While("imap.move");
    E2E_CHECK(imap.Command(fmt::format("UID MOVE {} \"{}\"", uid, to_), deadline), "imap.move");
    E2E_CHECK(imap.Logout(deadline), "imap.move");
    return fmt::format("UID {} moved from {} to {}", uid, from_, to_);
  }

 private:
  std::string from_ = "INBOX";
  std::string to_;
};

}  // namespace

std::vector<StepKind> ImapSteps() {
  return {
      {"imap.append", "put a message into a mailbox", Duration(60'000), MakeStep<ImapAppend>()},
      {"imap.expect", "a mailbox comes to hold so many messages, or that message with these flags", Duration(60'000),
       MakeStep<ImapExpect>(), /*checks=*/true},
      {"imap.search", "a search comes to find so many messages", Duration(60'000), MakeStep<ImapSearch>(),
       /*checks=*/true},
      {"imap.flag", "set and clear flags of a message", Duration(30'000), MakeStep<ImapFlag>()},
      {"imap.move", "move a message to another mailbox", Duration(30'000), MakeStep<ImapMove>()},
  };
}

}  // namespace e2e
