#include "net/curl_mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/loopback_server.h"
#include "support/net_fixture.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Lines = std::vector<std::string>;

const Lines kHello = {"S! tls", "S: 220 mail", "C: EHLO client.example.net", "S: 250-mail", "S: 250 AUTH PLAIN"};
const Lines kLogin = {"C: AUTH PLAIN", "S: 334 ", "C: *", "S: 235 in"};
const Lines kEnvelope = {
    "C: MAIL FROM:<a@example.org>*", "S: 250 ok", "C: RCPT TO:<b@example.org>", "S: 250 ok", "C: DATA", "S: 354 go"};
const Lines kQuit = {"C: QUIT", "S: 221 bye"};
const Lines kSelected = {"S! tls",
                         "S: * OK ready",
                         "C: A001 CAPABILITY",
                         "S: * CAPABILITY IMAP4rev1 AUTH=PLAIN",
                         "S: A001 OK",
                         "C: A002 AUTHENTICATE PLAIN",
                         "S: +",
                         "C: *",
                         "S: A002 OK",
                         "C: A003 SELECT *",
                         "S: * 1 EXISTS",
                         "S: * OK [UIDVALIDITY 9] ok",
                         "S: A003 OK"};

LoopbackServer::Script Dialogue(std::initializer_list<Lines> parts) {
  LoopbackServer::Script script({});
  for (const Lines& part : parts) script.lines.insert(script.lines.end(), part.begin(), part.end());
  return script;
}

class CurlMailTest : public NetFixture {
 protected:
  SendResult Send(const LoopbackServer& server, const std::string& message = "Subject: x\r\n\r\nbody\r\n") {
    const SmtpOptions options{server.At("mail.example.org"), security_, trust_};
    return CurlSend({clock_, interrupt_, &transcript_}, options, login_, envelope_, message,
                    Deadline::In(clock_, patience_));
  }
  SendResult SendTo(std::initializer_list<Lines> parts) {
    LoopbackServer server(Dialogue(parts), {certificate_, ""});
    return Send(server);
  }
  Outcome<std::string> Fetch(const LoopbackServer& server, const std::string& section = "",
                             const std::string& mailbox = "INBOX") {
    return CurlFetch({clock_, interrupt_, &transcript_},
                     {server.At("mail.example.org"), security_, trust_, login_, mailbox, 9, 3, section},
                     Deadline::In(clock_, patience_));
  }
  Outcome<std::string> FetchFrom(std::initializer_list<Lines> parts, const std::string& section = "",
                                 const std::string& mailbox = "INBOX") {
    LoopbackServer server(Dialogue(parts), {certificate_, ""});
    return Fetch(server, section, mailbox);
  }

  const TestCertificate certificate_ = MakeTestCertificate({"DNS:mail.example.org"});
  TlsTrust trust_{certificate_.cert_pem};
  Security security_ = Security::kImplicitTls;
  Credentials login_{"a@example.org", "secret"};
  Envelope envelope_{"a@example.org", {"b@example.org"}};
  Duration patience_{10'000};
};

TEST_F(CurlMailTest, SendsAMessage) {
  LoopbackServer server(Dialogue({kHello, kLogin, kEnvelope, {"C! data", "S: 250 queued as 1"}, kQuit}),
                        {certificate_, ""});
  const SendResult result = Send(server, ".first\r\n\r\n.\r\n..x\r\nlast\r\n");
  EXPECT_EQ(result.outcome, SendOutcome::kOk);
  EXPECT_EQ(result.reply.Text(), "250 queued as 1");
  EXPECT_EQ(result.stage, "the final dot");
  EXPECT_THAT(server.received(), ElementsAre("..first\r\n\r\n..\r\n...x\r\nlast\r\n"));
  EXPECT_THAT(transcript_.Render(), Not(HasSubstr("AGFA")));
}

TEST_F(CurlMailTest, SendsUnderStartTlsOrNotAtAll) {
  security_ = Security::kStartTls;
  const Lines offers = {"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS", "C: STARTTLS",
                        "S: 220 go",   "S! tls",    "C: EHLO *",   "S: 250-mail",     "S: 250 AUTH PLAIN"};
  EXPECT_EQ(SendTo({offers, kLogin, kEnvelope, {"C! data", "S: 250 queued"}, kQuit}).outcome, SendOutcome::kOk);
  const SendResult stripped = SendTo({{"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN"}});
  EXPECT_EQ(stripped.outcome, SendOutcome::kRefused);
  EXPECT_EQ(stripped.stage, "opening the session");
  EXPECT_EQ(stripped.error->kind(), ErrorKind::kExpectation);
}

TEST_F(CurlMailTest, NoOctetLeavesWithoutTheLogin) {
  const SendResult result =
      SendTo({{"S! tls", "S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 SIZE"}, kEnvelope, {"C! eof"}});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "opening the session");
  EXPECT_THAT(result.error->message(), HasSubstr("does not offer AUTH"));
}

TEST_F(CurlMailTest, ARefusedLoginIsToldInTheServersWords) {
  const SendResult result = SendTo({kHello, {"C: AUTH PLAIN", "S: 334 ", "C: *", "S: 535 wrong"}});
  EXPECT_EQ(result.stage, "opening the session");
  EXPECT_EQ(result.reply.Text(), "535 wrong");
  EXPECT_THAT(result.error->message(), HasSubstr("535 wrong after AUTH"));
}

TEST_F(CurlMailTest, RefusedAtEachStage) {
  SendResult result = SendTo({kHello, kLogin, {"C: MAIL *", "S: 503 no"}, kQuit});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "MAIL FROM");
  EXPECT_EQ(result.reply.Text(), "503 no");

  result = SendTo({kHello, kLogin, {"C: MAIL *", "S: 250 ok", "C: RCPT *", "S: 550 who"}, kQuit});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "RCPT TO <b@example.org>");

  result = SendTo({kHello, kLogin, kEnvelope, {"C! data", "S: 452 full"}, kQuit});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "the final dot");
  EXPECT_EQ(result.reply.Text(), "452 full");
}

TEST_F(CurlMailTest, LossesBeforeAndAfterTheDot) {
  SendResult result = SendTo({kHello, kLogin, {"C: MAIL *", "S: 250 ok", "C: RCPT *", "S! close"}});
  EXPECT_EQ(result.outcome, SendOutcome::kRefused);
  EXPECT_EQ(result.stage, "connection lost before DATA");

  result = SendTo({kHello, kLogin, kEnvelope, {"C! data", "S! close"}});
  EXPECT_EQ(result.outcome, SendOutcome::kUnknown);
  EXPECT_EQ(result.stage, "the final dot");
  EXPECT_EQ(result.reply.Text(), "no reply");
  EXPECT_TRUE(result.error);
}

TEST_F(CurlMailTest, SilenceAfterTheDotEndsAtTheDeadline) {
  patience_ = Duration(300);
  const SendResult result = SendTo({kHello, kLogin, kEnvelope, {"C! data"}, kQuit});
  EXPECT_EQ(result.outcome, SendOutcome::kUnknown);
  EXPECT_EQ(result.error->kind(), ErrorKind::kTimeout);
}

TEST_F(CurlMailTest, AnAddressWithALineEndIsNotSent) {
  envelope_.to = {"b@example.org>\r\nDATA"};
  LoopbackServer server(LoopbackServer::Options{}, {});
  EXPECT_EQ(Send(server).error->kind(), ErrorKind::kInternal);
}

TEST_F(CurlMailTest, FetchesAMessageAndItsParts) {
  const auto whole =
      FetchFrom({kSelected,
                 {"C: A004 UID FETCH 3 BODY[]", "S+ * 1 FETCH (UID 3 BODY[] {11}\\r\\nA: b\\r\\n\\r\\nxyz)\\r\\n",
                  "S: A004 OK", "C: A005 LOGOUT", "S: * BYE", "S: A005 OK"}});
  ASSERT_THAT(whole, Succeeds());
  EXPECT_EQ(*whole, "A: b\r\n\r\nxyz");
  const auto text = FetchFrom({kSelected,
                               {"C: A004 UID FETCH 3 BODY[TEXT]", "S+ * 1 FETCH (UID 3 BODY[TEXT] {3}\\r\\nxyz)\\r\\n",
                                "S: A004 OK", "C: A005 LOGOUT", "S: A005 OK"}},
                              "TEXT", "two words");
  ASSERT_THAT(text, Succeeds());
  EXPECT_EQ(*text, "xyz");
}

TEST_F(CurlMailTest, AnotherUidvalidityAMissingMessageOrAWrongLoginIsAnExpectation) {
  Lines other = kSelected;
  other[11] = "S: * OK [UIDVALIDITY 10] ok";
  const Lines logout = {"C: A004 LOGOUT", "S: A004 OK"};
  EXPECT_THAT(FetchFrom({other, logout}), FailsWith(ErrorKind::kExpectation, HasSubstr("UIDVALIDITY has changed")));
  EXPECT_THAT(FetchFrom({kSelected, {"C: A004 UID FETCH *", "S: A004 OK none", "C: A005 LOGOUT", "S: A005 OK"}}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("fetching UID 3 of INBOX")));
  const Lines refused(kSelected.begin(), kSelected.begin() + 8);
  EXPECT_THAT(FetchFrom({refused, {"S: A002 NO wrong"}}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("A002 NO wrong")));
}

TEST_F(CurlMailTest, AFetchThatIsCutOffIsNoMessage) {
  EXPECT_THAT(FetchFrom({kSelected, {"C: A004 UID FETCH *", "S+ * 1 FETCH (UID 3 BODY[] {11}\\r\\nA: b", "S! close"}}),
              FailsWith(ErrorKind::kTransport, HasSubstr("fetching UID 3")));
}

}  // namespace
}  // namespace e2e
