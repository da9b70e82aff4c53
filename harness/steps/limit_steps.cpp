// smtp.*: how many recipients a message may have, and how many messages a session. imap.sessions: how many sessions a
// user.
#include <fmt/format.h>

#include "steps/catalog.h"
#include "steps/line_pattern.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"
#include "steps/ports.h"

namespace e2e {
namespace {

// The answer to one more than `accepted` against `then`.
Status CheckThen(const std::string& then, Protocol protocol, const std::string& answer, long long accepted) {
  const auto none = [](const std::string& name) -> Outcome<std::string> {
    return Error(ErrorKind::kBadScenario, "no value " + name);
  };
  E2E_TRY(const LinePattern pattern, LinePattern::Make(then, protocol, none), "reading the pattern");
  if (pattern.Matches(answer)) return {};
  return Error(ErrorKind::kExpectation,
               fmt::format("expected \"{}\" to number {}, came \"{}\"", then, accepted + 1, answer));
}

// The fields that both have, and a session of the sender on a port where users submit mail.
class LimitStep : public Step {
 protected:
  void LimitFields(FieldVisitor& visitor, long long most, const std::string& help) {
    visitor.Text("via", via_, {.help = "port of the Service", .choices = SubmissionPorts()});
    visitor.Number("accepted", accepted_, {.help = help, .required = true, .min = 1, .max = most});
    visitor.Text("then", then_,
                 {.help = "pattern for the answer to one more, as in a dialogue",
                  .required = true,
                  .check = LinePattern::Mistake});
  }
  Outcome<SmtpClient> Open(World& world, Deadline deadline) const {
    return OpenSubmission(world, via_, world.accounts.at(0), deadline);
  }
  Status CheckLast(const SmtpReply& reply) const { return CheckThen(then_, Protocol::kSmtp, reply.Text(), accepted_); }

  std::string via_ = "submission";
  long long accepted_ = 0;
  std::string then_;
};

// All of them are one account's: user2+1@…, user2+2@….
class SmtpRecipients : public LimitStep {
 public:
  void Fields(FieldVisitor& visitor) override { LimitFields(visitor, 10'000, "recipients that one message may have"); }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(SmtpClient smtp, Open(world, deadline), "smtp.recipients via " + via_);
    E2E_TRY(const SmtpReply from, smtp.Command("MAIL FROM:<" + world.accounts.at(0).address + ">", deadline),
            "smtp.recipients via " + via_);
    if (!from.Positive()) return Error(ErrorKind::kExpectation, "the sender was refused: " + from.Text());
    for (long long i = 1; i <= accepted_; ++i) {
      E2E_TRY(const SmtpReply reply, Add(world, smtp, i, deadline), fmt::format("recipient {}", i));
      if (!reply.Positive())
        return Error(ErrorKind::kExpectation, fmt::format("recipient {} was refused: {}", i, reply.Text()));
    }
    E2E_TRY(const SmtpReply last, Add(world, smtp, accepted_ + 1, deadline), "one recipient more");
    E2E_CHECK(CheckLast(last), "smtp.recipients via " + via_);
    E2E_CHECK(smtp.Command("RSET", deadline), "taking the message back");
    E2E_CHECK(smtp.Quit(deadline), "leaving port " + via_);
    return fmt::format("{} recipients accepted, then: {}", accepted_, last.Text());
  }

 private:
  static Outcome<SmtpReply> Add(const World& world, SmtpClient& smtp, long long number, Deadline deadline) {
    const Account& to = world.accounts.at(1);
    return smtp.Command(fmt::format("RCPT TO:<{}+{}@{}>", to.LocalPart(), number, to.Domain()), deadline);
  }
};

class SmtpMessages : public LimitStep {
 public:
  void Fields(FieldVisitor& visitor) override { LimitFields(visitor, 1'000, "messages that one session may bring"); }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(SmtpClient smtp, Open(world, deadline), "smtp.messages via " + via_);
    for (long long i = 1; i <= accepted_; ++i) {
      const SendResult sent = Bring(world, smtp, i, deadline);
      if (sent.outcome == SendOutcome::kOk) continue;
      return Error(ErrorKind::kExpectation,
                   fmt::format("message {} was refused at {}: {}", i, sent.stage, sent.reply.Text()));
    }
    const SendResult last = Bring(world, smtp, accepted_ + 1, deadline);
    E2E_CHECK(CheckLast(last.reply), "smtp.messages via " + via_);
    return fmt::format("{} messages accepted, then at {}: {}", accepted_, last.stage, last.reply.Text());
  }

 private:
  static SendResult Bring(const World& world, SmtpClient& smtp, long long number, Deadline deadline) {
    const std::string& from = world.accounts.at(0).address;
    const std::string& to = world.accounts.at(2).address;
    const TestMessage message = MakeMessage(fmt::format("{}-session-{}", world.ns, number), from, to, 1024);
    return smtp.Send({from, {to}}, message.text, deadline);
  }
};

class ImapSessions : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("as", as_, {.help = "whose sessions", .choices = AccountNames()});
    visitor.Number("accepted", accepted_,
                   {.help = "sessions that one user may have at a time", .required = true, .min = 1, .max = 200});
    visitor.Text("then", then_,
                 {.help = "pattern for the answer to one more login, without its tag",
                  .required = true,
                  .check = LinePattern::Mistake});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const Account& account = AccountNamed(world, as_);
    std::vector<ImapClient> sessions;
    for (long long i = 1; i <= accepted_; ++i) {
      E2E_TRY(ImapClient imap, OpenImap(world, "imaps", account, deadline), fmt::format("session {}", i));
      sessions.push_back(std::move(imap));
    }
    E2E_TRY(ImapClient last, OpenImap(world, {.port = "imaps", .security = Security::kImplicitTls}, deadline),
            "one session more");
    E2E_TRY(const ImapReply reply,
            last.Exchange(fmt::format("LOGIN \"{}\" \"{}\"", account.address, account.password), deadline),
            "one login more");
    const std::string answer = reply.status + " " + reply.text;
    E2E_CHECK(CheckThen(then_, Protocol::kImap, answer, accepted_), "imap.sessions");
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      E2E_CHECK(sessions[i].Noop(deadline), fmt::format("session {}, which was there before", i + 1));
    }
    return fmt::format("{} sessions served at a time, then: {}", accepted_, answer);
  }

 private:
  std::string as_ = "user1";
  long long accepted_ = 0;
  std::string then_;
};

}  // namespace

std::vector<StepKind> LimitSteps() {
  return {
      {"smtp.recipients", "how many recipients one message may have, and what is said to one more", Duration(60'000),
       MakeStep<SmtpRecipients>(), /*checks=*/true},
      {"smtp.messages", "how many messages one session may bring, and what is said to one more", Duration(60'000),
       MakeStep<SmtpMessages>(), /*checks=*/true},
      {"imap.sessions", "how many sessions one user may have at a time, and what is said to one more",
       Duration(120'000), MakeStep<ImapSessions>(), /*checks=*/true},
  };
}

}  // namespace e2e
