#include "net/smtp_pump.h"

#include "unit/net/pump_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class SmtpPumpTest : public PumpFixture {};

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
