// mail.traffic and mail.stop. The traffic has a clock of its own, so these tests wait for what the server has seen.
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class MailTrafficTest : public MailFixture {
 protected:
  Outcome<std::string> Start(const std::string& fields) {
    return Run("mail.traffic: {via: smtps, rate: 50, " + fields + ", save: t}");
  }
};

TEST_F(MailTrafficTest, SendsUntilItIsStopped) {
  LoopbackServer smtps(
      Script(
          {PumpLogin(), SmtpMessage("250 queued as 1"), SmtpMessage("250 queued as 2"), SmtpQuit(), {"S! wait never"}}),
      Tls());
  Serve("smtps", smtps);
  ASSERT_THAT(Start("count: 2"), Succeeds());
  smtps.AwaitReached("never");
  const auto note = Run("mail.stop: {traffic: t, acknowledged: 2}");
  smtps.Release("never");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "2 acknowledged, 0 refused, 0 unknown, 0 sessions not opened");
  EXPECT_EQ(world_.ledgers.at("t").Acknowledged(), 2u);
  EXPECT_EQ(world_.ledgers.at("t").entries().front().id, "e2e-t-00000");
  EXPECT_TRUE(world_.traffic.empty());
}

TEST_F(MailTrafficTest, GoesOnAfterALostConnection) {
  LoopbackServer smtps(Tls(), {Script({PumpLogin(),
                                       {"C: MAIL FROM:*", "S: 250 ok", "C: RCPT *", "S: 250 ok", "C: DATA", "S: 354 go",
                                        "C! data", "S! close"}}),
                               Script({PumpLogin(), SmtpMessage("250 queued as 2"), SmtpQuit(), {"S! wait never"}})});
  Serve("smtps", smtps);
  ASSERT_THAT(Start("count: 2"), Succeeds());
  smtps.AwaitReached("never");
  const auto note = Run("mail.stop: {traffic: t}");
  smtps.Release("never");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "1 acknowledged, 0 refused, 1 unknown, 0 sessions not opened");
}

TEST_F(MailTrafficTest, IsWaitedForWhileItBringsMessages) {
  LoopbackServer smtps(Script({PumpLogin(), SmtpMessage("250 queued as 1"), SmtpQuit(), {"S! wait never"}}), Tls());
  Serve("smtps", smtps);
  ASSERT_THAT(Start("count: 1"), Succeeds());
  smtps.AwaitReached("never");
  EXPECT_EQ(world_.traffic.at("t")->Acknowledged(), 1u);
  EXPECT_THAT(Run("wait.traffic: {traffic: t, acknowledged: 1, within: 1s}"),
              FailsWith(ErrorKind::kTimeout, HasSubstr("1 of 2 acknowledged")));
  smtps.Release("never");
}

TEST_F(MailTrafficTest, TooLittleOfItProvesNothing) {
  LoopbackServer smtps(Script({PumpLogin(), SmtpMessage("250 queued as 1"), SmtpQuit(), {"S! wait never"}}), Tls());
  Serve("smtps", smtps);
  ASSERT_THAT(Start("count: 1"), Succeeds());
  smtps.AwaitReached("never");
  EXPECT_THAT(
      Run("mail.stop: {traffic: t, acknowledged: 2}"),
      FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("1 acknowledged"), HasSubstr("2 acknowledged were wanted"))));
  smtps.Release("never");
}

TEST_F(MailTrafficTest, EndsWithTheWorldThoughTheServerHangs) {
  // Whatever the client has said by then is not looked at.
  LoopbackServer smtps({"S! wait never", "C! anything"}, Tls());
  Serve("smtps", smtps);
  ASSERT_THAT(Start("count: 1"), Succeeds());
  smtps.AwaitReached("never");
  world_.traffic.clear();
  smtps.Release("never");
}

}  // namespace
}  // namespace e2e
