#include "net/imap_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/loopback_server.h"
#include "support/net_fixture.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kGreeting = "S: * OK [CAPABILITY IMAP4rev1 LITERAL+ UIDPLUS] ready";

class ImapClientTest : public NetFixture {
 protected:
  Outcome<ImapClient> Connect(const LoopbackServer& server, Security security = Security::kPlain,
                              const TlsTrust& trust = {}) {
    ImapOptions options;
    options.endpoint = server.At("mail.example.org");
    options.security = security;
    options.trust = trust;
    return ImapClient::Connect(options, clock_, interrupt_, &transcript_, Soon());
  }
  const TestCertificate certificate_ = MakeTestCertificate({"DNS:mail.example.org"});
};

TEST_F(ImapClientTest, LearnsCapabilitiesFromTheGreeting) {
  LoopbackServer server(
      {kGreeting, "C: A1 NOOP", "S: A1 OK done", "C: A2 LOGOUT", "S: * BYE see you", "S: A2 OK done"});
  auto client = Connect(server);
  ASSERT_TRUE(client) << client.error().Render();
  EXPECT_THAT(client->capabilities(), ElementsAre("IMAP4REV1", "LITERAL+", "UIDPLUS"));
  EXPECT_TRUE(client->Noop(Soon()));
  EXPECT_TRUE(client->Logout(Soon()));
}

TEST_F(ImapClientTest, AsksForCapabilitiesThatWereNotTold) {
  LoopbackServer server({"S: * OK hi", "C: A1 CAPABILITY", "S: * CAPABILITY IMAP4rev1 X", "S: A1 OK done"});
  auto client = Connect(server);
  ASSERT_TRUE(client) << client.error().Render();
  EXPECT_THAT(client->capabilities(), ElementsAre("IMAP4REV1", "X"));
}

TEST_F(ImapClientTest, ByeAsAGreeting) {
  LoopbackServer server({"S: * BYE too many", "S! close"});
  const auto client = Connect(server);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind(), ErrorKind::kExpectation);
  EXPECT_THAT(client.error().message(), HasSubstr("* BYE too many"));
}

TEST_F(ImapClientTest, UpgradesAndForgetsWhatWasSaidInClear) {
  LoopbackServer server({"S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hi", "C: A1 STARTTLS", "S: A1 OK go",
                         "S! tls", "C: A2 CAPABILITY", "S: * CAPABILITY IMAP4rev1", "S: A2 OK done"},
                        {certificate_, ""});
  auto client = Connect(server, Security::kStartTls, {certificate_.cert_pem});
  ASSERT_TRUE(client) << client.error().Render();
  EXPECT_THAT(client->capabilities(), ElementsAre("IMAP4REV1"));
}

TEST_F(ImapClientTest, RefusesResponsesInjectedBehindStartTls) {
  LoopbackServer server({"S: * OK [CAPABILITY STARTTLS] hi", "C: A1 STARTTLS", "S+ A1 OK go\\r\\n* OK evil\\r\\n"});
  const auto client = Connect(server, Security::kStartTls);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind(), ErrorKind::kExpectation);
}

TEST_F(ImapClientTest, WithoutStartTlsNothingGoesOnInClear) {
  LoopbackServer server({kGreeting});
  const auto client = Connect(server, Security::kStartTls);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind(), ErrorKind::kExpectation);
}

TEST_F(ImapClientTest, LogsInWithQuotedStringsAndHidesThem) {
  LoopbackServer server({kGreeting, "C: A1 LOGIN \"a@b\" \"p\\\"w\"", "S: A1 OK [CAPABILITY IMAP4rev1 IDLE] in"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const Status in = client->Login("a@b", "p\"w", Soon());
  EXPECT_TRUE(in) << in.error().Render();
  EXPECT_THAT(client->capabilities(), Contains("IDLE"));
  EXPECT_THAT(transcript_.Render(), HasSubstr("C: A1 LOGIN ***\n"));
  EXPECT_THAT(transcript_.Render(), Not(HasSubstr("a@b")));
}

TEST_F(ImapClientTest, LogsInWithLiteralsWhereQuotingCannotDo) {
  LoopbackServer server({"S: * OK [CAPABILITY IMAP4rev1] hi", "C: A1 LOGIN \"a\" {3}", "S: + go", "C: p\xc3\xa4",
                         "S: A1 OK in", "C: A2 CAPABILITY", "S: * CAPABILITY IMAP4rev1 IDLE", "S: A2 OK done"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const Status in = client->Login("a", "p\xc3\xa4", Soon());
  EXPECT_TRUE(in) << in.error().Render();
  EXPECT_THAT(transcript_.Render(), Not(HasSubstr("p\xc3\xa4")));
}

TEST_F(ImapClientTest, RefusedLoginCarriesTheText) {
  LoopbackServer server({kGreeting, "C: A1 LOGIN *", "S: A1 NO [AUTHENTICATIONFAILED] wrong"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const Status in = client->Login("a", "b", Soon());
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().kind(), ErrorKind::kExpectation);
  EXPECT_THAT(in.error().message(), HasSubstr("refused LOGIN: NO [AUTHENTICATIONFAILED] wrong"));
}

TEST_F(ImapClientTest, OpensAMailbox) {
  LoopbackServer server({kGreeting, "C: A1 SELECT \"INBOX\"", "S: * FLAGS (\\Seen)", "S: * 3 EXISTS",
                         "S: * OK [UIDVALIDITY 42] x", "S: * OK [UIDNEXT 9] x", "S: A1 OK [READ-WRITE] done",
                         "C: A2 EXAMINE \"a \\\"b\"", "S: * 0 EXISTS", "S: * OK [UIDVALIDITY 7] x", "S: A2 OK done",
                         "C: A3 SELECT \"none\"", "S: A3 NO [NONEXISTENT] x", "C: A4 SELECT *", "S: A4 OK done"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const auto inbox = client->Select("INBOX", Soon());
  ASSERT_TRUE(inbox) << inbox.error().Render();
  EXPECT_EQ(inbox->uidvalidity, 42U);
  EXPECT_EQ(inbox->uidnext, 9U);
  EXPECT_EQ(inbox->exists, 3U);
  EXPECT_EQ(client->Examine("a \"b", Soon())->uidvalidity, 7U);
  EXPECT_EQ(client->Select("none", Soon()).error().kind(), ErrorKind::kExpectation);
  EXPECT_THAT(client->Select("odd", Soon()).error().message(), HasSubstr("without telling UIDVALIDITY"));
}

TEST_F(ImapClientTest, FetchesMessagesOneByOne) {
  LoopbackServer server({kGreeting, "C: A1 UID FETCH 4:* (UID FLAGS BODY.PEEK[])",
                         "S+ * 1 FETCH (UID 3 BODY[] {3}\\r\\nold)\\r\\n", "S: * 9 EXISTS",
                         "S+ * 2 FETCH (FLAGS (\\\\Seen) BODY[] {10}\\r\\n)\\r\\nA1 OK\\r\\n UID 5)\\r\\n",
                         "S: * 3 FETCH (FLAGS (\\Seen))", "S+ * 4 FETCH (UID 8 BODY[] \"a\\\\\"b\")\\r\\n",
                         "S+ * 5 FETCH (UID 9 BODY[] {0}\\r\\n)\\r\\n", "S: A1 OK done"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  std::vector<std::pair<std::uint32_t, std::string>> seen;
  const auto take = [&](const FetchedMessage& message) {
    seen.emplace_back(message.uid, message.body);
    return message.uid < 8;
  };
  const Status done = client->FetchEach(4, take, Soon());
  ASSERT_TRUE(done) << done.error().Render();
  EXPECT_THAT(seen, ElementsAre(std::pair(5U, ")\r\nA1 OK\r\n"), std::pair(8U, "a\"b")));
}

TEST_F(ImapClientTest, FetchesOneBodyInPieces) {
  LoopbackServer server({kGreeting, "C: A1 UID FETCH 7 (UID BODY.PEEK[])", "S: * 9 EXISTS",
                         "S+ * 2 FETCH (UID 7 BODY[] {2500000}\\r\\n", "S! lines 2500000 998", "S: )", "S: A1 OK done",
                         "C: A2 *", "S+ * 3 FETCH (BODY[] \"a b\" UID 8)\\r\\n", "S: A2 OK done", "C: A3 *",
                         "S+ * 4 FETCH (UID 9 BODY[] {0}\\r\\n)\\r\\n", "S: A3 OK done", "C: A4 *", "S: A4 OK done"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  std::vector<std::string> pieces;
  const auto take = [&](std::string_view piece) { pieces.emplace_back(piece); };
  EXPECT_THAT(client->FetchBody(7, take, Soon()), Succeeds());
  std::size_t octets = 0;
  for (const std::string& piece : pieces) octets += piece.size();
  EXPECT_EQ(octets, 2'500'000U);
  EXPECT_EQ(pieces.size(), 3U);
  EXPECT_TRUE(pieces.back().ends_with("x\r\n"));
  pieces.clear();
  EXPECT_THAT(client->FetchBody(8, take, Soon()), Succeeds());
  EXPECT_THAT(pieces, ElementsAre("a b"));
  EXPECT_THAT(client->FetchBody(9, take, Soon()), Succeeds());
  EXPECT_THAT(client->FetchBody(10, take, Soon()),
              FailsWith(ErrorKind::kExpectation, HasSubstr("has no message of UID 10")));
}

TEST_F(ImapClientTest, FetchesAllAndNothing) {
  LoopbackServer server({kGreeting, "C: A1 UID FETCH 1:* *", "S+ * 1 FETCH (BODY[] {2}\\r\\nhi UID 1)\\r\\n",
                         "S: A1 OK done", "C: A2 UID FETCH 1:* *", "S: A2 OK done", "C: A3 *", "S: A3 BAD no mailbox"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const auto one = client->FetchAll(Soon());
  ASSERT_TRUE(one) << one.error().Render();
  ASSERT_EQ(one->size(), 1U);
  EXPECT_EQ(one->at(0).body, "hi");
  EXPECT_TRUE(client->FetchAll(Soon())->empty());
  EXPECT_EQ(client->FetchAll(Soon()).error().kind(), ErrorKind::kExpectation);
}

TEST_F(ImapClientTest, AppendsAtOnceWithLiteralPlus) {
  LoopbackServer server({kGreeting, "C: A1 APPEND \"INBOX\" {5+}", "C! bytes 7", "S: A1 OK [APPENDUID 42 17] done"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const auto place = client->Append("INBOX", "a\r\nb\n", Soon());
  ASSERT_TRUE(place) << place.error().Render();
  EXPECT_EQ(place->uidvalidity, 42U);
  EXPECT_EQ(place->uid, 17U);
  EXPECT_THAT(server.received(), ElementsAre("a\r\nb\n\r\n"));
}

TEST_F(ImapClientTest, AppendsWithConsent) {
  LoopbackServer server({"S: * OK [CAPABILITY IMAP4rev1] hi", "C: A1 APPEND \"INBOX\" {5}", "S: * 1 RECENT", "S: + go",
                         "C! bytes 7", "S: A1 OK done", "C: A2 APPEND \"INBOX\" {5}", "S: A2 NO [OVERQUOTA] full"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const auto place = client->Append("INBOX", "hello", Soon());
  ASSERT_TRUE(place) << place.error().Render();
  EXPECT_EQ(place->uid, 0U);
  const auto refused = client->Append("INBOX", "hello", Soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kExpectation);
  EXPECT_THAT(refused.error().message(), HasSubstr("refused APPEND: NO [OVERQUOTA] full"));
}

TEST_F(ImapClientTest, ExchangeTakesRefusalsAsValues) {
  LoopbackServer server({kGreeting, "C: A1 FOO", "S: A1 BAD what", "C: A2 LIST \"\" \"*\"",
                         "S+ * LIST () \"/\" {3}\\r\\na b\\r\\n", "S: A2 OK done"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const auto refused = client->Exchange("FOO", Soon());
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, "BAD");
  EXPECT_EQ(refused->text, "what");
  const auto list = client->Command("LIST \"\" \"*\"", Soon());
  ASSERT_TRUE(list);
  EXPECT_THAT(list->untagged, ElementsAre("* LIST () \"/\" {3}\r\na b"));
}

TEST_F(ImapClientTest, HangUpTellsTheLastWords) {
  LoopbackServer server({kGreeting, "C: A1 NOOP", "S: * BYE Server shutting down.", "S! close"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const Status lost = client->Noop(Soon());
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind(), ErrorKind::kTransport);
  EXPECT_THAT(lost.error().Render(), HasSubstr("after the server said BYE Server shutting down."));
  EXPECT_FALSE(client->channel().open());
}

TEST_F(ImapClientTest, HangUpWithinALiteral) {
  LoopbackServer server({kGreeting, "C: A1 UID FETCH *", "S+ * 1 FETCH (UID 1 BODY[] {100}\\r\\nhalf", "S! close"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const auto lost = client->FetchAll(Soon());
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind(), ErrorKind::kTransport);
  EXPECT_THAT(lost.error().Render(), HasSubstr("waiting for 100 bytes"));
}

TEST_F(ImapClientTest, SilenceTimesOutAndCloses) {
  LoopbackServer server({kGreeting, "C: A1 NOOP"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const Status late = client->Noop(Short());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind(), ErrorKind::kTimeout);
  EXPECT_FALSE(client->channel().open());
}

TEST_F(ImapClientTest, ForeignTagsAndOversizedLiteralsAreRefused) {
  for (const std::string line : {"B7 OK other", "nonsense", "* 1 FETCH (BODY[] {99999999999}", "A1 MAYBE so"}) {
    LoopbackServer server({kGreeting, "C: A1 NOOP", "S: " + line});
    auto client = Connect(server);
    ASSERT_TRUE(client);
    const Status refused = client->Noop(Soon());
    ASSERT_FALSE(refused) << line;
    EXPECT_EQ(refused.error().kind(), ErrorKind::kExpectation) << line;
  }
}

}  // namespace
}  // namespace e2e
