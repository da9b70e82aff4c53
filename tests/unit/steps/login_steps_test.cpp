// mail.login-timing: the times of refusals, on a clock that the test moves.
#include <thread>

#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class LoginTimingTest : public MailFixture {
 protected:
  static Lines Refused(const std::string& wait) {
    return {"S! tls",          "S: 220 mail",     "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN",
            "C: AUTH PLAIN *", "S! wait " + wait, "S: 535 no"};
  }
  // One refusal of each sort, after so long.
  Outcome<std::string> Time(Duration wrong, Duration unknown) {
    LoopbackServer smtps(Tls(), {Script({Refused("wrong")}), Script({Refused("unknown")})});
    Serve("smtps", smtps);
    std::thread time([&] {
      for (const auto& [name, takes] : {std::pair("wrong", wrong), std::pair("unknown", unknown)}) {
        smtps.AwaitReached(name);
        clock_.Advance(takes);
        smtps.Release(name);
      }
    });
    const auto done = Run("mail.login-timing: {via: smtps, attempts: 1, factor: 10}");
    time.join();
    return done;
  }
};

TEST_F(LoginTimingTest, AboutTheSameTimeTellsNothing) {
  EXPECT_THAT(Time(Duration(5000), Duration(600)), Succeeds());
  EXPECT_THAT(Time(Duration(99), Duration(0)), Succeeds()) << "times below the noise are the noise";
}

TEST_F(LoginTimingTest, AnotherOrderOfMagnitudeTellsWhoIsThere) {
  EXPECT_THAT(Time(Duration(5000), Duration(400)),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("a wrong password is refused after 5.0s, an unknown user after 400ms"),
                              HasSubstr("the time tells which accounts there are"))));
  EXPECT_THAT(Time(Duration(20), Duration(2000)), FailsWith(ErrorKind::kExpectation, HasSubstr("the time tells")));
}

TEST_F(LoginTimingTest, WhoIsLetInFailsIt) {
  LoopbackServer smtps(Script({SmtpLogin()}), Tls());
  Serve("smtps", smtps);
  EXPECT_THAT(Run("mail.login-timing: {via: smtps}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("user1@example.org was let in")));
}

}  // namespace
}  // namespace e2e
