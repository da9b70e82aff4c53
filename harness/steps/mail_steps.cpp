// mail.*: messages in, messages out, and the ledger between them.
#include <fmt/format.h>

#include "base/wait.h"
#include "steps/catalog.h"
#include "steps/mail_load.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"

namespace e2e {
namespace {

constexpr Duration kLastLook{5'000};

// A login over a port's own protocol, or the proof that there is none without TLS.
class MailLogin : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("via", via_,
                 {.help = "port of the Service",
                  .required = true,
                  .choices = {"submission", "smtps", "imap", "imaps", "sieve"}});
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
    visitor.Text("via", via_, {.help = "port of the Service", .choices = {"submission", "smtps"}});
    visitor.Size("size", size_, {.help = "octets of the message", .min = 512, .max = 64 * 1024 * 1024});
    visitor.Text("save", save_, {.help = "name for later steps", .required = true});
  }
  std::vector<std::string> Saves() const override { return {"message " + save_, "value " + save_ + ".id"}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const Account& from = world.accounts.at(0);
    const Account& to = world.accounts.at(1);
    E2E_TRY(SmtpClient smtp, OpenSubmission(world, via_, from, deadline), "mail.send via " + via_);
    TestMessage message = MakeMessage(fmt::format("{}-{}", world.ns, save_), from.address, to.address,
                                      static_cast<std::size_t>(size_.max));
    const SendResult sent = smtp.Send({from.address, {to.address}}, message.text, deadline);
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
  std::string via_ = "submission";
  SizeRange size_{4096, 4096};
  std::string save_;
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
      E2E_TRY(std::optional<std::string> stored, FindMessage(world, via_, world.accounts.at(1), sent.id, look),
              "mail.expect");
      if (!stored) return Probe::Pending("not in any mailbox of " + world.accounts.at(1).address);
      found = std::move(*stored);
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

class MailLoad : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("via", plan_.port, {.help = "port of the Service", .choices = {"submission", "smtps"}});
    visitor.Number("count", plan_.count,
                   {.help = "acknowledged messages wanted", .required = true, .min = 1, .max = 100'000});
    visitor.Size("size", plan_.size, {.help = "octets of a message", .min = 512, .max = 64 * 1024 * 1024});
    visitor.Text("save", plan_.ledger, {.help = "name of the ledger", .required = true});
  }
  std::vector<std::string> Saves() const override { return {"ledger " + plan_.ledger}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override { return LoadMail(world, plan_, deadline); }

 private:
  LoadPlan plan_;
};

class MailVerify : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("ledger", plan_.ledger, {.help = "name that mail.load saved it under", .required = true});
    visitor.Text("lost", lost_,
                 {.help = "acknowledged messages that may be gone; all = they must be", .choices = {"0", "all"}});
    visitor.Number("corrupt", plan_.corrupt, {.help = "messages that may have changed", .min = 0, .max = 0});
    visitor.Number("duplicate", plan_.duplicate, {.help = "messages that may be there twice", .min = 0});
    visitor.Number("phantom", plan_.phantom, {.help = "messages that nobody sent", .min = 0});
    visitor.Text("uidvalidity", uidvalidity_,
                 {.help = "whether UIDVALIDITY and UIDs must stay", .choices = {"same", "any"}});
  }
  std::vector<std::string> Needs() const override { return {"ledger " + plan_.ledger}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    plan_.all_lost = lost_ == "all";
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
      {"mail.expect", "find a submitted message and compare its octets", Duration(60'000), MakeStep<MailExpect>(),
       /*checks=*/true},
      {"mail.load", "submit messages until so many are acknowledged, into a ledger", Duration(300'000),
       MakeStep<MailLoad>()},
      // A server may hold its queue locks for ten minutes after a kill.
      {"mail.verify", "read every mailbox and hold it against a ledger", Duration(720'000), MakeStep<MailVerify>(),
       /*checks=*/true},
  };
}

}  // namespace e2e
