// sieve.put, sieve.activate, sieve.expect.
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::HasSubstr;

class SieveStepsTest : public MailFixture {
 protected:
  Outcome<std::string> Talk(const std::string& step, const Lines& session) {
    LoopbackServer sieve(Script({{"S: \"SASL\" \"\"", "S: \"STARTTLS\"", "S: OK", "C: STARTTLS", "S: OK", "S! tls",
                                  "S: \"SASL\" \"PLAIN\"", "S: OK", "C: AUTHENTICATE \"PLAIN\" *", "S: OK"},
                                 session}),
                         Tls());
    Serve("sieve", sieve);
    return Run(step);
  }
};

TEST_F(SieveStepsTest, PutIsTakenOrRefusedAsItMust) {
  const Lines put = {"C: PUTSCRIPT \"s\" {5+}", "C: keep;"};
  EXPECT_THAT(Talk("sieve.put: {name: s, script: keep;}", Then(put, {"S: OK", "C: LOGOUT", "S: OK"})), Succeeds());
  EXPECT_THAT(
      Talk("sieve.put: {name: s, script: keep;}", Then(put, {"S: NO \"line 1: bad\""})),
      FailsWith(ErrorKind::kExpectation, HasSubstr("was to be taken, and the server said: NO \"line 1: bad\"")));
  EXPECT_THAT(Talk("sieve.put: {name: s, script: keep;, refused: Bad}",
                   Then(put, {"S: NO \"line 1: bad\"", "C: LOGOUT", "S: OK"})),
              Succeeds());
  EXPECT_THAT(Talk("sieve.put: {name: s, script: keep;, refused: Bad}", Then(put, {"S: OK"})),
              FailsWith(ErrorKind::kExpectation, HasSubstr("was to be refused")));
}

TEST_F(SieveStepsTest, ActivateAndExpect) {
  EXPECT_THAT(Talk("sieve.activate: {name: s}", {"C: SETACTIVE \"s\"", "S: OK", "C: LOGOUT", "S: OK"}), Succeeds());
  const Lines list = {"C: LISTSCRIPTS", "S: \"s\" ACTIVE", "S: \"t\"", "S: OK"};
  EXPECT_THAT(Talk("sieve.expect: {name: s, script: keep;}",
                   Then(list, {"C: GETSCRIPT \"s\"", "S+ {5}\\r\\nkeep;\\r\\n", "S: OK", "C: LOGOUT", "S: OK"})),
              Succeeds());
  EXPECT_THAT(Talk("sieve.expect: {name: s, script: stop;}",
                   Then(list, {"C: GETSCRIPT \"s\"", "S+ {5}\\r\\nkeep;\\r\\n", "S: OK"})),
              FailsWith(ErrorKind::kExpectation, HasSubstr("another text")));
  EXPECT_THAT(Talk("sieve.expect: {name: t}", list), FailsWith(ErrorKind::kExpectation, HasSubstr("t is not active")));
  EXPECT_THAT(Talk("sieve.expect: {name: u}", list), FailsWith(ErrorKind::kExpectation, HasSubstr("no script u")));
}

}  // namespace
}  // namespace e2e
