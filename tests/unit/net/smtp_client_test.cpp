#include "net/smtp_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/loopback_server.h"
#include "support/net_fixture.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Lines = std::vector<std::string>;

const Lines kHello = {"S: 220 mail ESMTP", "C: EHLO client.example.net", "S: 250-mail hello", "S: 250-SIZE 1000",
                      "S: 250-8BITMIME",   "S: 250 AUTH PLAIN LOGIN"};
const Lines kEnvelope = {"C: MAIL FROM:<a@example.org> SIZE=*",
                         "S: 250 ok",
                         "C: RCPT TO:<b@example.org>",
                         "S: 250 ok",
                         "C: DATA",
                         "S: 354 go"};

LoopbackServer::Script Dialogue(std::initializer_list<Lines> parts) {
  LoopbackServer::Script script({});
  for (const Lines& part : parts) script.lines.insert(script.lines.end(), part.begin(), part.end());
  return script;
}

class SmtpClientTest : public NetFixture {
 protected:
  Outcome<SmtpClient> Connect(const LoopbackServer& server, Security security = Security::kPlain,
                              const TlsTrust& trust = {}) {
    SmtpOptions options;
    options.endpoint = server.At("mail.example.org");
    options.security = security;
    options.trust = trust;
    return SmtpClient::Connect(options, clock_, interrupt_, &transcript_, Soon());
  }
  // A session whose server goes on with `parts` after EHLO, and the result of sending one message.
  SendResult SendTo(std::initializer_list<Lines> parts, std::string_view message = "Subject: x\r\n\r\nbody\r\n") {
    LoopbackServer::Script script = Dialogue({kHello});
    for (const Lines& part : parts) script.lines.insert(script.lines.end(), part.begin(), part.end());
    LoopbackServer server(script);
    auto client = Connect(server);
    if (!client) {
      ADD_FAILURE() << client.error().Render();
      return {};
    }
    const SendResult result = client->Send(envelope_, message, Deadline::In(clock_, patience_));
    open_after_ = client->channel().open();
    received_ = server.received();
    return result;
  }

  const TestCertificate certificate_ = MakeTestCertificate({"DNS:mail.example.org"});
  Envelope envelope_{"a@example.org", {"b@example.org"}};
  Duration patience_{10000};
  Lines received_;
  bool open_after_ = false;
};

TEST_F(SmtpClientTest, ReadsGreetingAndExtensions) {
  LoopbackServer server(Dialogue({kHello, {"C: QUIT", "S: 221 bye"}}));
  auto client = Connect(server);
  ASSERT_TRUE(client) << client.error().Render();
  EXPECT_EQ(client->greeting().Text(), "220 mail ESMTP");
  EXPECT_THAT(client->extensions(), ElementsAre("8BITMIME", "AUTH", "AUTH LOGIN", "AUTH PLAIN", "SIZE", "SIZE 1000"));
  EXPECT_TRUE(client->Quit(Soon()));
}

TEST_F(SmtpClientTest, RefusingGreetingIsAnExpectation) {
  LoopbackServer server({"S: 554 no service"});
  const auto client = Connect(server);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind(), ErrorKind::kExpectation);
  EXPECT_THAT(client.error().message(), HasSubstr("554 no service"));
}

TEST_F(SmtpClientTest, UpgradesAndAsksAgain) {
  LoopbackServer server({"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go",
                         "S! tls", "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN"},
                        {certificate_, ""});
  auto client = Connect(server, Security::kStartTls, {certificate_.cert_pem});
  ASSERT_TRUE(client) << client.error().Render();
  EXPECT_TRUE(client->channel().secure());
  EXPECT_THAT(client->extensions(), ElementsAre("AUTH", "AUTH PLAIN"));
}

TEST_F(SmtpClientTest, WithoutStartTlsNothingGoesOnInClear) {
  LoopbackServer server(Dialogue({kHello}));
  const auto client = Connect(server, Security::kStartTls);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind(), ErrorKind::kExpectation);
  EXPECT_THAT(client.error().message(), HasSubstr("does not offer STARTTLS"));
}

TEST_F(SmtpClientTest, RefusesRepliesInjectedBehindStartTls) {
  LoopbackServer server({"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS", "C: STARTTLS",
                         "S+ 220 go\\r\\n250-mail\\r\\n250 AUTH PLAIN\\r\\n"});
  const auto client = Connect(server, Security::kStartTls);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind(), ErrorKind::kExpectation);
  EXPECT_THAT(client.error().message(), HasSubstr("in clear behind its consent to TLS"));
}

TEST_F(SmtpClientTest, WrongCertificateEndsTheUpgrade) {
  LoopbackServer server(
      {"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go", "S! tls-fails"},
      {certificate_, ""});
  const auto client = Connect(server, Security::kStartTls, {MakeTestCertificate({"DNS:mail.example.org"}).cert_pem});
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind(), ErrorKind::kTransport);
}

TEST_F(SmtpClientTest, AuthenticatesAndHidesTheSecret) {
  LoopbackServer server(Dialogue({kHello, {"C: AUTH PLAIN AGFAZXhhbXBsZS5vcmcAc2VjcmV0", "S: 235 welcome"}}));
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const Status done = client->AuthPlain("a@example.org", "secret", Soon());
  EXPECT_TRUE(done) << done.error().Render();
  EXPECT_THAT(transcript_.Render(), HasSubstr("C: AUTH PLAIN ***\n"));
  EXPECT_THAT(transcript_.Render(), Not(HasSubstr("AGFA")));
}

TEST_F(SmtpClientTest, RefusedAuthenticationIsAnExpectation) {
  LoopbackServer server(Dialogue({kHello, {"C: AUTH PLAIN *", "S: 535 5.7.8 wrong"}}));
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const Status refused = client->AuthPlain("a", "b", Soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kExpectation);
  EXPECT_THAT(refused.error().message(), HasSubstr("535 5.7.8 wrong"));
  EXPECT_TRUE(client->channel().open());
}

TEST_F(SmtpClientTest, DoesNotSendAPasswordThatNobodyAskedFor) {
  LoopbackServer server({"S: 220 mail", "C: EHLO *", "S: 250 mail"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const Status refused = client->AuthPlain("a", "b", Soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kExpectation);
}

TEST_F(SmtpClientTest, AnyReplyIsAValueOfCommand) {
  LoopbackServer server(Dialogue({kHello, {"C: VRFY x", "S: 502-not", "S: 502 here", "C: NOOP", "S: 250"}}));
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const auto reply = client->Command("VRFY x", Soon());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->Text(), "502 not / here");
  EXPECT_EQ(client->Command("NOOP", Soon())->code, 250);
}

TEST_F(SmtpClientTest, MalformedRepliesAreExpectations) {
  for (const std::string reply : {"what?", "250-a\\r\\n251 b", "2500 x", ""}) {
    LoopbackServer server(Dialogue({kHello, {"C: NOOP", "S+ " + reply + "\\r\\n"}}));
    auto client = Connect(server);
    ASSERT_TRUE(client);
    const auto answer = client->Command("NOOP", Soon());
    ASSERT_FALSE(answer) << reply;
    EXPECT_EQ(answer.error().kind(), ErrorKind::kExpectation) << reply;
  }
}

TEST_F(SmtpClientTest, CommandsAreOneLine) {
  LoopbackServer server(Dialogue({kHello}));
  auto client = Connect(server);
  ASSERT_TRUE(client);
  EXPECT_FALSE(client->Command("NOOP\r\nQUIT", Soon()));
}

TEST_F(SmtpClientTest, SendsAMessageWithItsDotsStuffed) {
  const SendResult result = SendTo({kEnvelope, {"C! data", "S: 250 2.0.0 Message queued with id 1f."}},
                                   ".first\r\n\r\n.\r\n..x\r\na.b\r\nlast");
  EXPECT_EQ(result.outcome, SendOutcome::kOk);
  EXPECT_EQ(result.reply.Text(), "250 2.0.0 Message queued with id 1f.");
  EXPECT_THAT(received_, ElementsAre("..first\r\n\r\n..\r\n...x\r\na.b\r\nlast\r\n"));
  EXPECT_TRUE(open_after_);
}

TEST_F(SmtpClientTest, EightBitMessageSaysSo) {
  const SendResult result = SendTo({{"C: MAIL FROM:<a@example.org> SIZE=4 BODY=8BITMIME", "S: 250 ok", "C: RCPT TO:*",
                                     "S: 251 will forward", "C: DATA", "S: 354 go", "C! data", "S: 250 ok"}},
                                   "\xc3\xa4\r\n");
  EXPECT_EQ(result.outcome, SendOutcome::kOk);
}

TEST_F(SmtpClientTest, RefusedAtEachStage) {
  const Lines reset = {"C: RSET", "S: 250 ok"};
  SendResult result = SendTo({{"C: MAIL *", "S: 503 5.5.1 no"}, reset});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "MAIL FROM");
  EXPECT_EQ(result.reply.Text(), "503 5.5.1 no");

  result = SendTo({{"C: MAIL *", "S: 250 ok", "C: RCPT *", "S: 550 5.1.2 who"}, reset});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "RCPT TO <b@example.org>");

  result = SendTo({{"C: MAIL *", "S: 250 ok", "C: RCPT *", "S: 250 ok", "C: DATA", "S: 452 4.4.5 later"}, reset});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "DATA");

  result = SendTo({kEnvelope, {"C! data", "S: 552 5.3.4 too big"}, reset});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "the final dot");
  EXPECT_TRUE(open_after_);
}

TEST_F(SmtpClientTest, ShutdownReplyClosesWithoutReset) {
  const SendResult result = SendTo({{"C: MAIL *", "S: 421 going down", "S! close"}});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.reply.code, 421);
  EXPECT_FALSE(open_after_);
}

TEST_F(SmtpClientTest, LostBeforeTheDataIsRefused) {
  for (const std::initializer_list<Lines>& parts :
       {std::initializer_list<Lines>{{"C: MAIL *", "S! close"}},
        std::initializer_list<Lines>{{"C: MAIL *", "S: 250 ok", "C: RCPT *", "S! reset"}},
        std::initializer_list<Lines>{
            {"C: MAIL *", "S: 250 ok", "C: RCPT *", "S: 250 ok", "C: DATA", "S+ 35", "S! close"}}}) {
    const SendResult result = SendTo(parts);
    EXPECT_EQ(result.outcome, SendOutcome::kRefused);
    EXPECT_EQ(result.stage, "connection lost before DATA");
    EXPECT_EQ(result.reply.Text(), "no reply");
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->kind(), ErrorKind::kTransport);
    EXPECT_FALSE(open_after_);
  }
}

TEST_F(SmtpClientTest, LostAfterTheDotIsUnknown) {
  for (const Lines& end : {Lines{"C! data", "S! close"}, Lines{"C! data", "S+ 25", "S! close"},
                           Lines{"C! data", "S+ 250-half\\r\\n", "S! reset"}}) {
    const SendResult result = SendTo({kEnvelope, end});
    EXPECT_EQ(result.outcome, SendOutcome::kUnknown);
    EXPECT_EQ(result.stage, "the final dot");
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->kind(), ErrorKind::kTransport);
    EXPECT_FALSE(open_after_);
  }
}

TEST_F(SmtpClientTest, LostWithinTheDataIsUnknown) {
  const SendResult result =
      SendTo({kEnvelope, {"C! bytes 100", "S! reset"}}, std::string(8 * 1024 * 1024, 'x') + "\r\n");
  EXPECT_EQ(result.outcome, SendOutcome::kUnknown);
  EXPECT_FALSE(open_after_);
}

TEST_F(SmtpClientTest, SilenceAfterTheDotIsUnknown) {
  patience_ = Duration(1000);
  const SendResult result = SendTo({kEnvelope, {"C! data"}});
  EXPECT_EQ(result.outcome, SendOutcome::kUnknown);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->kind(), ErrorKind::kTimeout);
  EXPECT_FALSE(open_after_);
}

TEST_F(SmtpClientTest, GarbageAfterTheDotIsUnknown) {
  const SendResult result = SendTo({kEnvelope, {"C! data", "S: maybe"}});
  EXPECT_EQ(result.outcome, SendOutcome::kUnknown);
}

TEST_F(SmtpClientTest, AddressWithALineEndIsNotSent) {
  envelope_.from = "a@example.org>\r\nRCPT TO:<evil@example.net";
  const SendResult result = SendTo({{"C! eof"}});
  EXPECT_NE(result.outcome, SendOutcome::kOk);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->kind(), ErrorKind::kInternal);
}

}  // namespace
}  // namespace e2e
