// smtp.recipients, smtp.messages and imap.sessions: so many, and then a refusal.
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class LimitStepsTest : public MailFixture {
 protected:
  Outcome<std::string> Play(const std::string& step, const std::vector<Lines>& parts) {
    LoopbackServer smtps(Script(parts), Tls());
    Serve("smtps", smtps);
    world_.accounts.push_back({"user3@example.org", "pass-3"});
    return Run(step);
  }
  static Lines Rcpt(int number, const std::string& answer) {
    return {fmt::format("C: RCPT TO:<user2+{}@example.org>", number), "S: " + answer};
  }
  const Lines from_ = {"C: MAIL FROM:<user1@example.org>", "S: 250 ok"};
  const Lines end_ = {"C: RSET", "S: 250 ok", "C: QUIT", "S: 221 bye"};
};

TEST_F(LimitStepsTest, SoManyRecipientsAndNoMore) {
  const std::string step = "smtp.recipients: {via: smtps, accepted: 2, then: '/^45[25] /'}";
  EXPECT_THAT(
      Play(step, {SmtpLogin(), from_, Rcpt(1, "250 ok"), Rcpt(2, "250 ok"), Rcpt(3, "452 4.5.3 too many"), end_}),
      Succeeds());
  EXPECT_THAT(Play(step, {SmtpLogin(), from_, Rcpt(1, "250 ok"), Rcpt(2, "250 ok"), Rcpt(3, "250 ok")}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("expected \"/^45[25] /\" to number 3, came \"250 ok\"")));
}

TEST_F(LimitStepsTest, ARecipientThatIsRefusedTooEarlyIsTold) {
  EXPECT_THAT(Play("smtp.recipients: {via: smtps, accepted: 2, then: '452 *'}",
                   {SmtpLogin(), from_, Rcpt(1, "250 ok"), Rcpt(2, "452 4.5.3 too many")}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("recipient 2 was refused: 452 4.5.3 too many")));
}

TEST_F(LimitStepsTest, SoManyMessagesAndNoMore) {
  const std::string step = "smtp.messages: {via: smtps, accepted: 1, then: '452 *'}";
  const Lines refused = {"C: MAIL FROM:<*>", "S: 250 ok",       "C: RCPT TO:<*>", "S: 250 ok",
                         "C: DATA",          "S: 452 4.4.5 no", "C: RSET",        "S: 250 ok"};
  EXPECT_THAT(Play(step, {SmtpLogin(), SmtpMessage("250 queued"), refused}), Succeeds());
  EXPECT_THAT(Play(step, {SmtpLogin(), SmtpMessage("250 queued"), SmtpMessage("250 queued")}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("to number 2, came \"250 queued\"")));
  EXPECT_THAT(
      Play(step, {SmtpLogin(), refused}),
      FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("message 1 was refused at DATA"), HasSubstr("452 4.4.5 no"))));
}

TEST_F(LimitStepsTest, SoManySessionsAtATimeAndNoMore) {
  const auto play = [this](const std::string& answer, const std::string& noop) {
    const LoopbackServer::Script served = Script({ImapLogin(), {"C: A2 NOOP", noop}});
    const LoopbackServer::Script more =
        Script({{"S! tls", "S: * OK [CAPABILITY IMAP4rev1] hi", "C: A1 LOGIN \"user1@example.org\" \"*\"", answer}});
    LoopbackServer imaps({.certificate = certificate_, .parallel = true}, {served, served, more});
    Serve("imaps", imaps);
    const auto done = Run("imap.sessions: {as: user1, accepted: 2, then: NO *}");
    imaps.Stop();
    imaps.TakeFailures();
    return done;
  };
  EXPECT_THAT(play("S: A1 NO [LIMIT] too many", "S: A2 OK"), Succeeds());
  EXPECT_THAT(play("S: A1 OK come in", "S: A2 OK"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("expected \"NO *\" to number 3, came \"OK come in\"")));
  EXPECT_THAT(play("S: A1 NO [LIMIT] too many", "S! close"),
              FailsWith(ErrorKind::kTransport, HasSubstr("session 1, which was there before")));
}

}  // namespace
}  // namespace e2e
