#include "net/smtp_pump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "support/loopback_server.h"
#include "support/net_fixture.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Lines = std::vector<std::string>;

const Lines kHello = {"S: 220 mail", "C: EHLO client.example.net", "S: 250-mail", "S: 250 SIZE 1000"};
const Lines kPipelining = {"S: 220 mail", "C: EHLO client.example.net", "S: 250-mail", "S: 250 PIPELINING"};
const Lines kEnvelope = {
    "C: MAIL FROM:<a@example.org>*", "S: 250 ok", "C: RCPT TO:<b@example.org>", "S: 250 ok", "C: DATA", "S: 354 go"};
const Lines kMessage = {"C! data", "S: 250 queued as 1"};
const Lines kQuit = {"C: QUIT", "S: 221 bye"};
const Lines kLogin = {"C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN", "C: AUTH PLAIN", "S: 334 ", "C: *"};

LoopbackServer::Script Dialogue(std::initializer_list<Lines> parts) {
  LoopbackServer::Script script({});
  for (const Lines& part : parts) script.lines.insert(script.lines.end(), part.begin(), part.end());
  return script;
}

// A list of plans, and messages for whatever session is ready.
class ListFeed : public PumpFeed {
 public:
  std::optional<PumpPlan> Open() override {
    if (plans.empty()) return std::nullopt;
    PumpPlan plan = plans.front();
    plans.pop_front();
    return plan;
  }
  Outcome<std::vector<PumpMessage>> Turn(const std::vector<PumpResult>& news,
                                         const std::vector<std::size_t>& ready) override {
    results.insert(results.end(), news.begin(), news.end());
    if (!news.empty() && broken) return *broken;
    std::vector<PumpMessage> given;
    while (given.size() < ready.size() && !texts.empty()) {
      given.push_back({std::to_string(begun++), {"a@example.org", {to}}, texts.front()});
      texts.pop_front();
    }
    return given;
  }
  Status Closed(std::size_t session, const std::optional<Error>& not_opened) override {
    closed.push_back(session);
    if (not_opened) why = *not_opened;
    return Status();
  }
  std::optional<TimePoint> Due() override { return std::nullopt; }
  void Wait(TimePoint) override { ADD_FAILURE() << "there is nothing to wait for"; }

  std::deque<PumpPlan> plans = {{.session = 1, .messages = 10}};
  std::deque<std::string> texts = {"Subject: x\r\n\r\nbody\r\n"};
  std::string to = "b@example.org";
  std::optional<Error> broken;
  int begun = 0;
  std::vector<PumpResult> results;
  std::vector<std::size_t> closed;
  std::optional<Error> why;
};

class SmtpPumpTest : public NetFixture {
 protected:
  Status Pump(const LoopbackServer& server, Security security = Security::kPlain, std::size_t sessions = 1) {
    PumpOptions options{{server.At("mail.example.org"), security, trust_}, sessions, patience_};
    return SmtpPump(options, clock_, interrupt_, &transcript_).Run(feed_, Soon());
  }
  // What comes of the only message when the server goes on with these lines after its EHLO.
  SendResult ResultOf(const Lines& hello, std::initializer_list<Lines> parts) {
    feed_ = ListFeed();
    LoopbackServer::Script script = Dialogue(parts);
    script.lines.insert(script.lines.begin(), hello.begin(), hello.end());
    LoopbackServer server(script);
    EXPECT_THAT(Pump(server), Succeeds());
    EXPECT_THAT(feed_.closed, ElementsAre(1u));
    return feed_.results.size() == 1 ? feed_.results.front().result : SendResult{.stage = "none or too many"};
  }
  // A session that was not opened, of which nothing may be begun.
  Error NotOpened(const LoopbackServer& server, Security security) {
    EXPECT_THAT(Pump(server, security), Succeeds());
    EXPECT_THAT(feed_.closed, ElementsAre(1u));
    EXPECT_EQ(feed_.begun, 0);
    return feed_.why.value_or(Error(ErrorKind::kInternal, "it was opened"));
  }
  void LogIn() { feed_.plans.front().login = Credentials{"a@example.org", "secret"}; }

  const TestCertificate certificate_ = MakeTestCertificate({"DNS:mail.example.org"});
  TlsTrust trust_{certificate_.cert_pem};
  std::optional<Duration> patience_;
  ListFeed feed_;
};

TEST_F(SmtpPumpTest, SubmitsAndSaysGoodbye) {
  feed_.texts = {".first\r\n\r\n.\r\nlast", "second\r\n"};
  LoopbackServer server(Dialogue({kHello, kEnvelope, kMessage, kEnvelope, kMessage, kQuit}));
  ASSERT_THAT(Pump(server), Succeeds());
  EXPECT_THAT(server.received(), ElementsAre("..first\r\n\r\n..\r\nlast\r\n", "second\r\n"));
  ASSERT_EQ(feed_.results.size(), 2u);
  for (const PumpResult& result : feed_.results) {
    EXPECT_EQ(result.session, 1u);
    EXPECT_EQ(result.result.outcome, SendOutcome::kOk);
    EXPECT_EQ(result.result.reply.Text(), "250 queued as 1");
    EXPECT_EQ(result.result.stage, "the final dot");
  }
  EXPECT_THAT(feed_.closed, ElementsAre(1u));
}

TEST_F(SmtpPumpTest, ASessionEndsAfterAsManyMessagesAsItMaySend) {
  feed_.plans = {{.session = 1, .messages = 1}, {.session = 2, .messages = 1}};
  feed_.texts = {"one\r\n", "two\r\n"};
  const auto session = Dialogue({kHello, kEnvelope, kMessage, kQuit});
  LoopbackServer server(LoopbackServer::Options{}, {session, session});
  ASSERT_THAT(Pump(server), Succeeds());
  EXPECT_THAT(server.received(), ElementsAre("one\r\n", "two\r\n"));
  EXPECT_THAT(feed_.closed, ElementsAre(1u, 2u));
}

TEST_F(SmtpPumpTest, AnEnvelopeGoesOutInOnePieceWhereThatIsOffered) {
  const Lines envelope = {"C: MAIL FROM:<a@example.org>",
                          "C: RCPT TO:<b@example.org>",
                          "C: DATA",
                          "S: 250 ok",
                          "S: 251 will forward",
                          "S: 354 go"};
  EXPECT_EQ(ResultOf(kPipelining, {envelope, kMessage, kQuit}).outcome, SendOutcome::kOk);
}

TEST_F(SmtpPumpTest, ASlowAnswerHoldsNoOtherSessionUp) {
  feed_.plans = {{.session = 1, .messages = 2}, {.session = 2, .messages = 1}};
  feed_.texts = {"one\r\n", "two\r\n"};
  // Whichever is served first answers only when the other one is through.
  const auto slow = Dialogue({kHello, kEnvelope, {"C! data", "S! wait other", "S: 250 queued as 1"}, kQuit});
  const auto fast = Dialogue({kHello, kEnvelope, kMessage, {"S! release other"}, kQuit});
  LoopbackServer server({.parallel = true}, {slow, fast});
  ASSERT_THAT(Pump(server, Security::kPlain, 2), Succeeds());
  ASSERT_EQ(feed_.results.size(), 2u);
  EXPECT_EQ(feed_.results[0].result.outcome, SendOutcome::kOk);
  EXPECT_EQ(feed_.results[1].result.outcome, SendOutcome::kOk);
}

TEST_F(SmtpPumpTest, LogsInUnderTlsBeforeItBelievesIt) {
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

TEST_F(SmtpPumpTest, NothingIsSentWithoutTheLoginThatWasAskedFor) {
  LogIn();
  LoopbackServer server(Dialogue({{"S! tls", "S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 SIZE"}}),
                        {certificate_, ""});
  const Error why = NotOpened(server, Security::kImplicitTls);
  EXPECT_EQ(why.kind(), ErrorKind::kExpectation);
  EXPECT_THAT(why.message(), HasSubstr("does not offer AUTH"));
}

TEST_F(SmtpPumpTest, A235ThatAnswersSomethingElseIsNoLogin) {
  LogIn();
  LoopbackServer server({"S: 220 mail", "C: EHLO *", "S: 235 in"});
  EXPECT_THAT(NotOpened(server, Security::kPlain).message(), HasSubstr("does not offer AUTH"));
}

TEST_F(SmtpPumpTest, ARefusedLoginIsToldInTheServersWords) {
  LogIn();
  LoopbackServer server(Dialogue({{"S! tls", "S: 220 mail"}, kLogin, {"S: 535 5.7.8 wrong"}}), {certificate_, ""});
  const Error why = NotOpened(server, Security::kImplicitTls);
  EXPECT_EQ(why.kind(), ErrorKind::kExpectation);
  EXPECT_THAT(why.message(), HasSubstr("535 5.7.8 wrong after AUTH"));
  EXPECT_THAT(why.detail(), HasSubstr("S: 535 5.7.8 wrong"));
}

TEST_F(SmtpPumpTest, NothingFallsBackToClearText) {
  LogIn();
  LoopbackServer stripped({"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN"});
  EXPECT_EQ(NotOpened(stripped, Security::kStartTls).kind(), ErrorKind::kExpectation);
  feed_ = ListFeed();
  LogIn();
  LoopbackServer injected({"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS", "C: STARTTLS",
                           "S+ 220 go\\r\\n250-mail\\r\\n250 AUTH PLAIN\\r\\n"});
  EXPECT_EQ(NotOpened(injected, Security::kStartTls).kind(), ErrorKind::kExpectation);
}

TEST_F(SmtpPumpTest, AnotherIssuersCertificateIsRefused) {
  trust_.ca_pem = MakeTestCertificate({"DNS:mail.example.org"}).cert_pem;
  LoopbackServer server({"S! tls-fails"}, {certificate_, ""});
  EXPECT_EQ(NotOpened(server, Security::kImplicitTls).kind(), ErrorKind::kTransport);
}

TEST_F(SmtpPumpTest, AServerThatRefusesAtTheGreetingOrIsNotThere) {
  LoopbackServer refusing({"S: 554 no service"});
  EXPECT_THAT(NotOpened(refusing, Security::kPlain).message(), HasSubstr("554 no service after the greeting"));
  feed_ = ListFeed();
  patience_ = Duration(40);
  LoopbackServer silent({"C! eof"});
  EXPECT_EQ(NotOpened(silent, Security::kPlain).kind(), ErrorKind::kTimeout);
}

TEST_F(SmtpPumpTest, RefusedAtEachStage) {
  SendResult result = ResultOf(kHello, {{"C: MAIL *", "S: 503 5.5.1 no"}});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "MAIL FROM");
  EXPECT_EQ(result.reply.Text(), "503 5.5.1 no");

  result = ResultOf(kHello, {{"C: MAIL *", "S: 250 ok", "C: RCPT *", "S: 550 5.1.2 who"}});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "RCPT TO <b@example.org>");

  result = ResultOf(kHello, {kEnvelope, {"C! data", "S: 452 4.3.1 full"}});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "the final dot");
}

TEST_F(SmtpPumpTest, NoOctetLeavesWhenTheServerWantsDataForRefusedRecipients) {
  const SendResult result =
      ResultOf(kPipelining, {{"C: MAIL *", "C: RCPT *", "C: DATA", "S: 250 ok", "S: 550 who", "S: 354 go", "C! eof"}});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "RCPT TO <b@example.org>");
}

TEST_F(SmtpPumpTest, LostBeforeTheDataIsRefused) {
  for (const Lines& end : {Lines{"C: MAIL *", "S! close"}, Lines{"C: MAIL *", "S: 250 ok", "C: RCPT *", "S! reset"},
                           Lines{"C: MAIL *", "S: what?"}}) {
    const SendResult result = ResultOf(kHello, {end});
    EXPECT_EQ(result.outcome, SendOutcome::kRefused);
    EXPECT_EQ(result.stage, "connection lost before DATA");
    EXPECT_EQ(result.reply.Text(), "no reply");
    ASSERT_TRUE(result.error);
  }
}

TEST_F(SmtpPumpTest, WithoutADefiniteReplyToTheDotNothingIsKnown) {
  for (const Lines& end :
       {Lines{"C! data", "S! close"}, Lines{"C! data", "S+ 250-half\\r\\n", "S! reset"},
        Lines{"C! data", "S+ 250 bare LF\\n"}, Lines{"C! data", "S: 354 more"}, Lines{"C! data", "S: 2500 x"}}) {
    const SendResult result = ResultOf(kHello, {kEnvelope, end});
    EXPECT_EQ(result.outcome, SendOutcome::kUnknown) << end.back();
    EXPECT_EQ(result.stage, "the final dot");
  }
}

TEST_F(SmtpPumpTest, AYesBeforeTheMessageWasSentIsNone) {
  const SendResult result = ResultOf(kHello, {{"C: MAIL *", "S: 250 ok", "C: RCPT *", "S: 250 ok", "C: DATA",
                                               "S+ 354 go\\r\\n250 queued as 1\\r\\n"}});
  EXPECT_EQ(result.outcome, SendOutcome::kUnknown);
}

TEST_F(SmtpPumpTest, SilenceAfterTheDotEndsWithThePatience) {
  patience_ = Duration(100);
  const SendResult result = ResultOf(kHello, {kEnvelope, {"C! data"}});
  EXPECT_EQ(result.outcome, SendOutcome::kUnknown);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->kind(), ErrorKind::kTimeout);
}

TEST_F(SmtpPumpTest, ALargeMessageLeavesInPieces) {
  const std::string large(3 * 1024 * 1024, 'x');
  feed_.texts = {large};
  LoopbackServer server(Dialogue({kHello, kEnvelope, kMessage, kQuit}));
  ASSERT_THAT(Pump(server), Succeeds());
  EXPECT_EQ(server.received().front(), large + "\r\n");
}

TEST_F(SmtpPumpTest, AnAddressWithALineEndIsNotSent) {
  feed_.to = "b@example.org>\r\nDATA";
  LoopbackServer server(Dialogue({kHello, {"C! eof"}}));
  ASSERT_THAT(Pump(server), Succeeds());
  ASSERT_EQ(feed_.results.size(), 1u);
  EXPECT_EQ(feed_.results[0].result.outcome, SendOutcome::kRefused);
}

TEST_F(SmtpPumpTest, AFeedThatFailsEndsItAndNothingIsLeftWithoutAResult) {
  feed_.plans = {{.session = 1, .messages = 2}, {.session = 2, .messages = 1}};
  feed_.texts = {"one\r\n", "two\r\n"};
  feed_.broken = Error(ErrorKind::kInfra, "disk full");
  const auto silent = Dialogue({kHello, kEnvelope, {"C! data", "S! release other", "C! eof"}});
  const auto answers = Dialogue({kHello, kEnvelope, {"C! data", "S! wait other", "S: 250 ok", "C! eof"}});
  LoopbackServer server({.parallel = true}, {silent, answers});
  EXPECT_THAT(Pump(server, Security::kPlain, 2), FailsWith(ErrorKind::kInfra, HasSubstr("disk full")));
  ASSERT_EQ(feed_.results.size(), 2u);
  EXPECT_EQ(feed_.results[1].result.outcome, SendOutcome::kUnknown);
}

TEST_F(SmtpPumpTest, AnInterruptEndsIt) {
  interrupt_.Request();
  feed_.texts = {};
  LoopbackServer server(LoopbackServer::Options{}, {});
  EXPECT_THAT(Pump(server), FailsWith(ErrorKind::kInterrupted, HasSubstr("stopped")));
  EXPECT_THAT(feed_.closed, IsEmpty());
}

}  // namespace
}  // namespace e2e
