// mail.*: messages in, messages out, and the ledger between them.
#include <fmt/format.h>

#include "base/wait.h"
#include "steps/catalog.h"
#include "steps/denied.h"
#include "steps/mail_agree.h"
#include "steps/mail_load.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"
#include "steps/ports.h"
#include "steps/stream_fields.h"
#include "steps/variables.h"

namespace e2e {
namespace {

constexpr Duration kLastLook{5'000};

// A login over a port's own protocol, or the proof that there is none without TLS.
class MailLogin : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("via", via_, {.help = "port of the Service", .required = true, .choices = LoginPorts()});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_CHECK(LogIn(world, via_, world.accounts.front(), deadline), "mail.login via " + via_);
    return fmt::format("{} logged in over TLS", world.accounts.front().address);
  }

 private:
  std::string via_;
};

class MailSend : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("via", via_, {.help = "port of the Service", .choices = SubmissionPorts()});
    visitor.Size("size", size_, {.help = "octets of the message", .min = 512, .max = 64 * 1024 * 1024});
    visitor.Text("answer", answer_,
                 {.help = "what the server must make of it: refused-4xx is a refusal for now, and saves nothing",
                  .choices = {"accepted", "refused-4xx"}});
    visitor.Text("save", save_, {.help = "name for later steps", .required = true});
  }
  std::vector<std::string> Saves() const override {
    if (answer_ != "accepted") return {};
    return {"message " + save_, "value " + save_ + ".id"};
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    TestMessage message = MakeMessage(fmt::format("{}-{}", world.ns, save_), Sender(world).address,
                                      Recipient(world).address, static_cast<std::size_t>(size_.max));
    if (answer_ != "accepted") return BeRefused(world, message, deadline);
    E2E_TRY(SmtpClient smtp, OpenSubmission(world, via_, Sender(world), deadline), "mail.send via " + via_);
    const SendResult sent = smtp.Send(EnvelopeIn(world), message.text, deadline);
    if (AckOf(sent, world.profile()) != Ack::kOk) {
      return Error(ErrorKind::kExpectation,
                   fmt::format("the message was not accepted for delivery at {}: {}", sent.stage, sent.reply.Text()));
    }
    E2E_CHECK(smtp.Quit(deadline), "leaving port " + via_);
    world.variables[save_ + ".id"] = message.id;
    world.messages.insert_or_assign(save_, std::move(message));
    return fmt::format("{} octets accepted: {}", world.messages.at(save_).text.size(), sent.reply.Text());
  }

 private:
  static const Account& Sender(const World& world) { return world.accounts.at(0); }
  static const Account& Recipient(const World& world) { return world.accounts.at(1); }
  static Envelope EnvelopeIn(const World& world) { return {Sender(world).address, {Recipient(world).address}}; }

  // A server that can't write may refuse from the login on.
  Outcome<std::string> BeRefused(World& world, const TestMessage& message, Deadline deadline) const {
    E2E_TRY(SmtpClient smtp, OpenSmtp(world, {.port = via_, .security = ContractOf(via_).security}, deadline),
            "mail.send via " + via_);
    E2E_TRY(const std::string plain, ValueOf(world, "user1.base64-plain"), "mail.send via " + via_);
    E2E_TRY(const SmtpReply login, smtp.Command("AUTH PLAIN " + plain, deadline), "mail.send via " + via_);
    if (!login.Positive()) return RefusedForNow({SendOutcome::kRefused, login, "AUTH", std::nullopt});
    return RefusedForNow(smtp.Send(EnvelopeIn(world), message.text, deadline));
  }
  // RFC 5321 4.2.1: 4yz asks the client to try again, so nothing is lost.
  static Outcome<std::string> RefusedForNow(const SendResult& sent) {
    const std::string seen = fmt::format("{} at {}", sent.reply.Text(), sent.stage);
    if (sent.outcome == SendOutcome::kRefused && sent.reply.code / 100 == 4) return "refused for now: " + seen;
    Error error(ErrorKind::kExpectation, "the message was to be refused for now (4yz), but the server said " + seen);
    return sent.error ? error.Detail(sent.error->Render()) : error;
  }

  std::string via_ = "submission";
  SizeRange size_{4096, 4096};
  std::string answer_ = "accepted";
  std::string save_;
};

class MailDenied : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("ledger", ledger_,
                 {.help = "where a message is recorded: a name that mail.load saved", .required = true});
  }
  std::vector<std::string> Needs() const override { return {"ledger " + ledger_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(std::string seen, BeDenied(world, ledger_, deadline), "mail.denied");
    return seen;
  }

 private:
  std::string ledger_;
};

class MailExpect : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("via", via_, {.help = "port of the Service", .choices = {"imap", "imaps"}});
    visitor.Text("message", message_, {.help = "name that mail.send saved it under", .required = true});
  }
  std::vector<std::string> Needs() const override { return {"message " + message_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const TestMessage& sent = world.messages.at(message_);
    std::string found;
    // A wait looks once more when its time is up, and that look needs time of its own.
    const Deadline look = deadline.Plus(kLastLook);
    const auto probe = [&]() -> Outcome<Probe> {
      E2E_TRY(std::optional<FoundMessage> stored, FindMessage(world, via_, world.accounts.at(1), sent.id, look),
              "mail.expect");
      if (!stored) return Probe::Pending("not in any mailbox of " + world.accounts.at(1).address);
      found = std::move(stored->octets);
      return Probe::Ready();
    };
    E2E_CHECK(WaitUntil(world.clock, fmt::format("message {}", sent.id), deadline, {.interval = Duration(250)}, probe),
              "mail.expect via " + via_);
    if (Fingerprint(found) != sent.sha256) {
      return Error(ErrorKind::kExpectation,
                   fmt::format("message {} came back with other octets: {} sent, {} stored with "
                               "the server's own header fields",
                               sent.id, sent.text.size(), found.size()))
          .Detail("stored message begins:\n" + found.substr(0, 800));
    }
    return fmt::format("came out byte for byte ({} octets with the server's fields)", found.size());
  }

 private:
  std::string via_ = "imaps";
  std::string message_;
};

class MailAgree : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("via", plan_.port, {.help = "port to submit on", .choices = SubmissionPorts()});
    visitor.Text("read", plan_.read, {.help = "port to read on", .choices = {"imap", "imaps"}});
    visitor.Size("size", size_, {.help = "octets of each message", .min = 512, .max = 16 * 1024 * 1024});
    visitor.Text("save", plan_.name, {.help = "name of the messages: NAME-ours and NAME-curl", .required = true});
  }
  std::vector<std::string> Saves() const override {
    return {"message " + plan_.name + "-ours", "message " + plan_.name + "-curl"};
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    plan_.size = static_cast<std::size_t>(size_.max);
    return AgreeOnMail(world, plan_, deadline);
  }

 private:
  AgreePlan plan_;
  SizeRange size_{64 * 1024, 64 * 1024};
};

class MailLoad : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    stream_.Visit(visitor, SubmissionPorts());
    visitor.Number("count", count_,
                   {.help = "acknowledged messages wanted", .required = true, .min = 1, .max = 100'000});
    visitor.Text("save", save_, {.help = "name of the ledger", .required = true});
  }
  std::string Check() const override { return stream_.Check(); }
  std::vector<std::string> Saves() const override { return {"ledger " + save_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    return LoadMail(world,
                    {.port = stream_.via,
                     .count = static_cast<std::size_t>(count_),
                     .sizes = stream_.Mix(),
                     .seed = static_cast<std::uint64_t>(stream_.seed),
                     .sessions = static_cast<std::size_t>(stream_.sessions),
                     .rate = stream_.rate,
                     .ledger = save_},
                    deadline);
  }

 private:
  StreamFields stream_{.size = {1024, 65536}};
  long long count_ = 0;
  std::string save_;
};

class MailVerify : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("ledger", plan_.ledger,
                 {.help = "name that mail.load or mail.traffic saved it under", .required = true});
    visitor.Text(
        "lost", lost_,
        {.help = "acknowledged messages that may be gone; all = they must be", .choices = {"0", "all", "any"}});
    visitor.Number("corrupt", plan_.corrupt, {.help = "messages that may have changed", .min = 0, .max = 0});
    visitor.Number("duplicate", plan_.duplicate, {.help = "messages that may be there twice", .min = 0});
    visitor.Number("phantom", plan_.phantom, {.help = "messages that nobody sent", .min = 0});
    visitor.Text("uidvalidity", uidvalidity_,
                 {.help = "whether UIDVALIDITY and UIDs must stay", .choices = {"same", "any"}});
  }
  std::vector<std::string> Needs() const override { return {"ledger " + plan_.ledger}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    using Lost = VerifyPlan::Lost;
    plan_.lost = lost_ == "all" ? Lost::kAll : lost_ == "any" ? Lost::kAny : Lost::kNone;
    plan_.same_uids = uidvalidity_ == "same";
    return VerifyMail(world, plan_, deadline);
  }

 private:
  VerifyPlan plan_;
  std::string lost_ = "0";
  std::string uidvalidity_ = "same";
};

}  // namespace

std::vector<StepKind> MailSteps() {
  return {
      {"mail.login", "log in on one port, always under TLS", Duration(30'000), MakeStep<MailLogin>(), /*checks=*/true},
      {"mail.send", "submit one message", Duration(60'000), MakeStep<MailSend>()},
      {"mail.denied", "no new message is accepted: the server refuses it, or does not start", Duration(120'000),
       MakeStep<MailDenied>(), /*checks=*/true},
      {"mail.expect", "find a submitted message and compare its octets", Duration(60'000), MakeStep<MailExpect>(),
       /*checks=*/true},
      {"mail.agree", "libcurl's own SMTP and IMAP and those of the harness give each other the same octets",
       Duration(60'000), MakeStep<MailAgree>(), /*checks=*/true},
      {"mail.load", "submit messages until so many are acknowledged, into a ledger", Duration(300'000),
       MakeStep<MailLoad>()},
      // A server may hold its queue locks for ten minutes after a kill.
      {"mail.verify", "read every mailbox, and the scripts that a ledger knows, and hold them against it",
       Duration(720'000), MakeStep<MailVerify>(),
       /*checks=*/true},
  };
}

}  // namespace e2e
