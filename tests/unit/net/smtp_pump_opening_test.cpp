// How the pump opens a session: TLS, login, and what is not taken for one.
#include "net/smtp_pump.h"
#include "unit/net/pump_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class SmtpPumpOpeningTest : public PumpFixture {};

TEST_F(SmtpPumpOpeningTest, LogsInUnderTlsBeforeItBelievesIt) {
  LogIn();
  LoopbackServer starttls(Dialogue({{"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250-AUTH PLAIN", "S: 250 STARTTLS",
                                     "C: STARTTLS", "S: 220 go", "S! tls"},
                                    kLogin,
                                    {"S: 235 in"},
                                    kEnvelope,
                                    kMessage,
                                    kQuit}),
                          {certificate_, ""});
  ASSERT_THAT(Pump(starttls, Security::kStartTls), Succeeds());
  ASSERT_EQ(feed_.results.size(), 1u);
  EXPECT_THAT(transcript_.Render(), AllOf(HasSubstr("C: AUTH PLAIN"), Not(HasSubstr("AGFA"))));

  feed_ = ListFeed();
  LogIn();
  LoopbackServer implicit(Dialogue({{"S! tls", "S: 220 mail"}, kLogin, {"S: 235 in"}, kEnvelope, kMessage, kQuit}),
                          {certificate_, ""});
  ASSERT_THAT(Pump(implicit, Security::kImplicitTls), Succeeds());
  EXPECT_EQ(feed_.results.size(), 1u);
}

TEST_F(SmtpPumpOpeningTest, NothingIsSentWithoutTheLoginThatWasAskedFor) {
  LogIn();
  LoopbackServer server(Dialogue({{"S! tls", "S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 SIZE"}}),
                        {certificate_, ""});
  const Error why = NotOpened(server, Security::kImplicitTls);
  EXPECT_EQ(why.kind(), ErrorKind::kExpectation);
  EXPECT_THAT(why.message(), HasSubstr("does not offer AUTH"));
}

TEST_F(SmtpPumpOpeningTest, A235ThatAnswersSomethingElseIsNoLogin) {
  LogIn();
  LoopbackServer server({"S: 220 mail", "C: EHLO *", "S: 235 in"});
  EXPECT_THAT(NotOpened(server, Security::kPlain).message(), HasSubstr("does not offer AUTH"));
}

TEST_F(SmtpPumpOpeningTest, ARefusedLoginIsToldInTheServersWords) {
  LogIn();
  LoopbackServer server(Dialogue({{"S! tls", "S: 220 mail"}, kLogin, {"S: 535 5.7.8 wrong"}}), {certificate_, ""});
  const Error why = NotOpened(server, Security::kImplicitTls);
  EXPECT_EQ(why.kind(), ErrorKind::kExpectation);
  EXPECT_THAT(why.message(), HasSubstr("535 5.7.8 wrong after AUTH"));
  EXPECT_THAT(why.detail(), HasSubstr("S: 535 5.7.8 wrong"));
}

TEST_F(SmtpPumpOpeningTest, NothingFallsBackToClearText) {
  LogIn();
  LoopbackServer stripped({"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN"});
  EXPECT_EQ(NotOpened(stripped, Security::kStartTls).kind(), ErrorKind::kExpectation);
  feed_ = ListFeed();
  LogIn();
  LoopbackServer injected({"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS", "C: STARTTLS",
                           "S+ 220 go\\r\\n250-mail\\r\\n250 AUTH PLAIN\\r\\n"});
  EXPECT_EQ(NotOpened(injected, Security::kStartTls).kind(), ErrorKind::kExpectation);
}

TEST_F(SmtpPumpOpeningTest, AnotherIssuersCertificateIsRefused) {
  trust_.ca_pem = MakeTestCertificate({"DNS:mail.example.org"}).cert_pem;
  LoopbackServer server({"S! tls-fails"}, {certificate_, ""});
  EXPECT_EQ(NotOpened(server, Security::kImplicitTls).kind(), ErrorKind::kTransport);
}

TEST_F(SmtpPumpOpeningTest, AServerThatRefusesAtTheGreetingOrIsNotThere) {
  LoopbackServer refusing({"S: 554 no service"});
  EXPECT_THAT(NotOpened(refusing, Security::kPlain).message(), HasSubstr("554 no service after the greeting"));
  feed_ = ListFeed();
  patience_ = Duration(40);
  LoopbackServer silent({"C! eof"});
  EXPECT_EQ(NotOpened(silent, Security::kPlain).kind(), ErrorKind::kTimeout);
}

}  // namespace
}  // namespace e2e
