// mail.login, mail.send and mail.expect, and the sessions below them.
#include "base/text.h"
#include "steps/mail_sessions.h"
#include "steps/read_back.h"
#include "steps/variables.h"
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class MailStepsTest : public MailFixture {
 protected:
  // mail.expect of the message that mail.send saved as "note", found as `stored`.
  Outcome<std::string> Expect(const Stored& stored) {
    LoopbackServer imaps(Tls(), {ImapRead(stored)});
    Serve("imaps", imaps);
    return Run("mail.expect: {message: note}");
  }
  const TestMessage note_ = MakeMessage("e2e-note", "user1@example.org", "user2@example.org", 4096);
};

TEST_F(MailStepsTest, LoginSpeaksEachPortsProtocolUnderTls) {
  LoopbackServer smtps(Script({SmtpLogin(), SmtpQuit()}), Tls());
  LoopbackServer imaps(Script({ImapLogin(), {"C: A2 LOGOUT", "S: * BYE", "S: A2 OK"}}), Tls());
  LoopbackServer sieve({"S: \"SASL\" \"\"", "S: \"STARTTLS\"", "S: OK", "C: STARTTLS", "S: OK", "S! tls",
                        "S: \"SASL\" \"PLAIN\"", "S: OK", "C: AUTHENTICATE \"PLAIN\" *", "S: OK", "C: LOGOUT", "S: OK"},
                       Tls());
  LoopbackServer submission(
      {"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go", "S! tls", "C: EHLO *",
       "S: 250-mail", "S: 250 AUTH PLAIN", "C: AUTH PLAIN *", "S: 235 in", "C: QUIT", "S: 221 bye"},
      Tls());
  Serve("smtps", smtps);
  Serve("imaps", imaps);
  Serve("sieve", sieve);
  Serve("submission", submission);
  for (const char* port : {"smtps", "imaps", "sieve", "submission"}) {
    EXPECT_THAT(Run(std::string("mail.login: {via: ") + port + "}"), Succeeds()) << port;
  }
}

TEST_F(MailStepsTest, ARefusedLoginNamesPortAndAccount) {
  LoopbackServer imaps(
      {"S! tls", "S: * OK [CAPABILITY IMAP4rev1] hi", "C: A1 LOGIN *", "S: A1 NO [AUTHENTICATIONFAILED] wrong"}, Tls());
  Serve("imaps", imaps);
  EXPECT_THAT(Run("mail.login: {via: imaps}"),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("wrong"), HasSubstr("logging in on port imaps as user1@example.org"))));
}

TEST_F(MailStepsTest, APasswordThatTheServerEchoesIsNotTold) {
  LoopbackServer imaps({"S! tls", "S: * OK [CAPABILITY IMAP4rev1] hi", "C: A1 LOGIN *", "S: A1 NO pass-1 is wrong"},
                       Tls());
  Serve("imaps", imaps);
  const auto done = Run("mail.login: {via: imaps}");
  ASSERT_THAT(done, FailsWith(ErrorKind::kExpectation, HasSubstr("*** is wrong")));
  EXPECT_THAT(done.error().Render(), Not(HasSubstr("pass-1")));
  EXPECT_THAT(Redact(transcript_.Render(), SecretsOf(world_)), Not(HasSubstr("pass-1")));
}

TEST_F(MailStepsTest, SubmissionWithoutStartTlsSendsNoPassword) {
  LoopbackServer submission({"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN"});
  Serve("submission", submission);
  EXPECT_THAT(Run("mail.login: {via: submission}"), FailsWith(ErrorKind::kExpectation, HasSubstr("STARTTLS")));
}

TEST_F(MailStepsTest, SendSavesTheMessageThatWasAccepted) {
  LoopbackServer smtps(Script({SmtpLogin(), SmtpMessage("250 queued as 1"), SmtpQuit()}), Tls());
  Serve("smtps", smtps);
  ASSERT_THAT(Run("mail.send: {via: smtps, size: 4KiB, save: note}"), Succeeds());
  EXPECT_EQ(world_.messages.at("note").text, note_.text);
  EXPECT_THAT(smtps.received().at(0), HasSubstr("X-E2E-Id: e2e-note"));
}

TEST_F(MailStepsTest, ARefusedMessageIsNotSaved) {
  LoopbackServer smtps(Script({SmtpLogin(), SmtpMessage("554 no"), {"C: RSET", "S: 250 ok"}}), Tls());
  Serve("smtps", smtps);
  EXPECT_THAT(Run("mail.send: {via: smtps, save: note}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("not accepted for delivery at the final dot: 554 no")));
  EXPECT_TRUE(world_.messages.empty());
}

TEST_F(MailStepsTest, AMessageThatIsDiscardedIsNotSaved) {
  LoopbackServer smtps(Script({SmtpLogin(), SmtpMessage("250 message discarded")}), Tls());
  Serve("smtps", smtps);
  EXPECT_THAT(Run("mail.send: {via: smtps, save: note}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("250 message discarded")));
  EXPECT_TRUE(world_.messages.empty());
}

TEST_F(MailStepsTest, ARefusalForNowMayBeWhatIsWanted) {
  LoopbackServer full(Script({SmtpLogin(), {"C: MAIL FROM:<*>", "S: 452 4.3.1 no space", "C: RSET", "S: 250 ok"}}),
                      Tls());
  Serve("smtps", full);
  const auto note = Run("mail.send: {via: smtps, answer: refused-4xx, save: note}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "refused for now: 452 4.3.1 no space at MAIL FROM");
  EXPECT_TRUE(world_.messages.empty());
  LoopbackServer login({"S! tls", "S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN", "C: AUTH PLAIN *",
                        "S: 454 4.7.0 not now"},
                       Tls());
  Serve("smtps", login);
  EXPECT_THAT(Run("mail.send: {via: smtps, answer: refused-4xx, save: note}"), Succeeds());
}

TEST_F(MailStepsTest, AnyOtherAnswerIsNoRefusalForNow) {
  const std::string step = "mail.send: {via: smtps, answer: refused-4xx, save: note}";
  for (const std::string answer : {"250 queued as 1", "554 no", "250 message discarded"}) {
    const Lines reset = answer.starts_with("5") ? Lines{"C: RSET", "S: 250 ok"} : Lines{};
    LoopbackServer smtps(Script({SmtpLogin(), SmtpMessage(answer), reset}), Tls());
    Serve("smtps", smtps);
    EXPECT_THAT(Run(step),
                FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("to be refused for now"), HasSubstr(answer))));
  }
  // An answer that is lost may be either.
  LoopbackServer lost(Script({SmtpLogin(), {"C: MAIL FROM:<*>", "S! close"}}), Tls());
  Serve("smtps", lost);
  EXPECT_THAT(Run(step), FailsWith(ErrorKind::kExpectation, HasSubstr("no reply at ")));
}

TEST(AckOf, OnlyTheWordsThatPromiseDeliveryMakeA250Ok) {
  const auto result = [](SendOutcome outcome, int code, const std::string& line) {
    return SendResult{.outcome = outcome, .reply = {code, {line}}, .stage = "the final dot", .error = {}};
  };
  const ServerProfile stalwart = *FindProfile("stalwart-0.15"), reference = *FindProfile("reference");
  EXPECT_EQ(AckOf(result(SendOutcome::kOk, 250, "2.0.0 Message queued with id 3fa81b."), stalwart), Ack::kOk);
  // What Stalwart says to a message that it discards.
  EXPECT_EQ(AckOf(result(SendOutcome::kOk, 250, "2.0.0 Message queued for delivery."), stalwart), Ack::kUnknown);
  EXPECT_EQ(AckOf(result(SendOutcome::kOk, 250, "2.0.0 Ok: queued as 4XyZ"), reference), Ack::kOk);
  EXPECT_EQ(AckOf(result(SendOutcome::kOk, 250, "2.0.0 Ok"), reference), Ack::kUnknown);
  EXPECT_EQ(AckOf(result(SendOutcome::kRefused, 452, "4.3.1 not queued with id 1"), stalwart), Ack::kRefused);
  EXPECT_EQ(AckOf({.outcome = SendOutcome::kUnknown, .reply = {}, .stage = "the final dot", .error = {}}, stalwart),
            Ack::kUnknown);
}

TEST_F(MailStepsTest, ExpectComparesOctets) {
  world_.messages.insert_or_assign("note", note_);
  EXPECT_THAT(Expect({{1, "Subject: other\r\n\r\nx\r\n"}, {2, AsStored(note_)}}), Succeeds());
  std::string changed = AsStored(note_);
  changed[changed.size() - 5] ^= 1;
  EXPECT_THAT(Expect({{1, changed}}), FailsWith(ErrorKind::kExpectation, HasSubstr("came back with other octets")));
}

TEST_F(MailStepsTest, ExpectWaitsUntilItIsDelivered) {
  world_.messages.insert_or_assign("note", note_);
  LoopbackServer imaps(Tls(), {ImapRead({}), ImapRead({}), ImapRead({{1, AsStored(note_)}})});
  Serve("imaps", imaps);
  EXPECT_THAT(Run("mail.expect: {message: note}"), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), Duration(500));
}

TEST_F(MailStepsTest, ExpectTellsWhatDidNotCome) {
  world_.messages.insert_or_assign("note", note_);
  LoopbackServer imaps(Tls(), {ImapRead({}), ImapRead({})});
  Serve("imaps", imaps);
  EXPECT_THAT(Run("mail.expect: {message: note, within: 100ms}"),
              FailsWith(ErrorKind::kTimeout, HasSubstr("message e2e-note not reached within 100ms (limit 100ms, 2 "
                                                       "probes): not in any mailbox of user2@example.org")));
}

TEST_F(MailStepsTest, ReadsEverySelectableMailboxWhateverItsLineLooksLike) {
  world_.accounts.resize(1);
  Lines session = ImapLogin();
  for (const char* line : {"C: A2 LIST *",
                           "S: * LIST ()",
                           "S: * LIST (\\Noselect) \"/\" a",
                           "S: * LIST (\\NonExistent) \"/\" b",
                           "S: * LIST (\\HasNoChildren) NIL plain",
                           "S: * LIST () \"/\" \"two words\"",
                           "S: A2 OK",
                           "C: A3 EXAMINE \"plain\"",
                           "S: * 0 EXISTS",
                           "S: * OK [UIDVALIDITY 3] ok",
                           "S: A3 OK",
                           "C: A4 EXAMINE \"two words\"",
                           "S: * 1 EXISTS",
                           "S: * OK [UIDVALIDITY 4] ok",
                           "S: A4 OK",
                           "C: A5 UID FETCH 1:*",
                           "S+ * 1 FETCH (UID 8 BODY[] {4}\\r\\nx\\r\\ny)\\r\\n",
                           "S: A5 OK",
                           "C: A6 LOGOUT",
                           "S: A6 OK"}) {
    session.emplace_back(line);
  }
  LoopbackServer imaps(Script({session}), Tls());
  Serve("imaps", imaps);
  const auto stored = ReadMailboxes(world_, Soon());
  ASSERT_THAT(stored, Succeeds());
  ASSERT_EQ(stored->messages.size(), 1u);
  EXPECT_EQ(stored->messages.front().account, "user1@example.org");
  EXPECT_EQ(stored->messages.front().mailbox, "two words");
  EXPECT_EQ(stored->messages.front().uidvalidity, 4u);
  EXPECT_EQ(stored->messages.front().uid, 8u);
  EXPECT_EQ(stored->messages.front().id, "");
}

}  // namespace
}  // namespace e2e
