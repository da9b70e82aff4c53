// mail.denied: what a server may do with new mail that it can't keep.
#include "support/kube_objects.h"
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class DeniedTest : public MailFixture {
 protected:
  DeniedTest() { world_.ledgers.insert_or_assign("before", Ledger::Create(dir_ / "ledger.jsonl").value()); }

  static Lines Hello() {
    return {"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS",   "C: STARTTLS",    "S: 220 go",
            "S! tls",      "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN", "C: AUTH PLAIN *"};
  }
  Outcome<std::string> Deny(const Lines& after_login) {
    LoopbackServer server(Script({Hello(), after_login}), Tls());
    Serve("submission", server);
    return Run("mail.denied: {ledger: before}");
  }
  // The port takes a connection and says nothing, as a node's proxy does, and the pod is this at one look after the
  // other.
  Outcome<std::string> DenyWithout(const std::vector<json>& pods) {
    const std::vector<LoopbackServer::Script> closed(pods.size(), LoopbackServer::Script({"S! close"}));
    LoopbackServer server(LoopbackServer::Options(), closed);
    Serve("submission", server);
    for (const json& pod : pods) ExpectNewestPod({pod});
    return Run("mail.denied: {ledger: before}");
  }
  static std::string NoteOf(const Outcome<std::string>& outcome) {
    return outcome ? *outcome : "an error: " + outcome.error().Render();
  }
  const Ledger& ledger() const { return world_.ledgers.at("before"); }
};

TEST_F(DeniedTest, ARefusalGoesIntoTheLedger) {
  EXPECT_THAT(NoteOf(Deny({"S: 235 in", "C: MAIL FROM:<*>", "S: 452 no space", "C: RSET", "S: 250 ok"})),
              HasSubstr("not accepted: 452 no space at MAIL FROM"));
  ASSERT_EQ(ledger().entries().size(), 1u);
  EXPECT_EQ(ledger().entries().back().ack, Ack::kRefused);
}

TEST_F(DeniedTest, AnAcceptedMessageIsAFalsePromise) {
  EXPECT_THAT(Deny(Then({"S: 235 in"}, SmtpMessage("250 2.0.0 Ok: queued as 1"))),
              FailsWith(ErrorKind::kExpectation, HasSubstr("accepted that nothing could keep: 250")));
  EXPECT_EQ(ledger().entries().back().ack, Ack::kOk);
}

TEST_F(DeniedTest, ALostAnswerIsNoPromise) {
  EXPECT_THAT(NoteOf(Deny({"S: 235 in", "C: MAIL FROM:<*>", "S: 250 ok", "C: RCPT TO:<*>", "S: 250 ok", "C: DATA",
                           "S: 354 go", "C! data", "S! close"})),
              HasSubstr("no reply at the final dot"));
  EXPECT_EQ(ledger().entries().back().ack, Ack::kUnknown);
}

TEST_F(DeniedTest, ARefusedLoginIsEnough) {
  EXPECT_THAT(NoteOf(Deny({"S: 454 not now"})), AllOf(HasSubstr("no session"), HasSubstr("454 not now")));
  EXPECT_TRUE(ledger().entries().empty());
}

TEST_F(DeniedTest, AServerThatDoesNotStartTakesNothing) {
  json ended = WaitingPod("p", "CrashLoopBackOff", "back-off", 1);
  EXPECT_THAT(NoteOf(DenyWithout({WaitingPod("p", "ContainerCreating", ""), ended})),
              HasSubstr("the server does not start: container stalwart ended with 1"));
  EXPECT_THAT(NoteOf(DenyWithout({WaitingPod("p", "CreateContainerError", "read-only")})),
              HasSubstr("the server does not start: CreateContainerError"));
}

TEST_F(DeniedTest, NeitherIsAnInitContainerThatFails) {
  json pod = WaitingPod("p", "PodInitializing", "");
  pod["status"]["initContainerStatuses"] = {
      {{"name", "config"}, {"state", {{"terminated", {{"exitCode", 2}, {"reason", "Error"}}}}}}};
  EXPECT_THAT(NoteOf(DenyWithout({pod})), HasSubstr("init container config ended with 2"));
}

}  // namespace
}  // namespace e2e
