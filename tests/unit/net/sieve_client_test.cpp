#include "net/sieve_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/loopback_server.h"
#include "support/net_fixture.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class SieveClientTest : public NetFixture {
 protected:
  Outcome<SieveClient> Connect(const LoopbackServer& server, Security security = Security::kPlain,
                               const TlsTrust& trust = {}) {
    SieveOptions options;
    options.endpoint = server.At("mail.example.org");
    options.security = security;
    options.trust = trust;
    return SieveClient::Connect(options, clock_, interrupt_, &transcript_, Soon());
  }
  const TestCertificate certificate_ = MakeTestCertificate({"DNS:mail.example.org"});
};

TEST_F(SieveClientTest, ReadsCapabilities) {
  LoopbackServer server({"S: \"IMPLEMENTATION\" \"x \\\"y\\\"\"", "S+ \"sasl\" {5}\\r\\nPLAIN\\r\\n", "S: \"STARTTLS\"",
                         "S: OK \"ready\"", "C: LOGOUT", "S: OK"});
  auto client = Connect(server);
  ASSERT_TRUE(client) << client.error().Render();
  EXPECT_THAT(client->capabilities(),
              ElementsAre(Pair("IMPLEMENTATION", "x \"y\""), Pair("SASL", "PLAIN"), Pair("STARTTLS", "")));
  EXPECT_TRUE(client->Logout(Soon()));
}

TEST_F(SieveClientTest, UpgradesReadsAgainAndAuthenticates) {
  LoopbackServer server({"S: \"SASL\" \"\"", "S: \"STARTTLS\"", "S: OK", "C: STARTTLS", "S: OK \"go\"", "S! tls",
                         "S: \"SASL\" \"PLAIN XOAUTH2\"", "S: OK", "C: AUTHENTICATE \"PLAIN\" \"AGEAYg==\"", "S: OK"},
                        {certificate_, ""});
  auto client = Connect(server, Security::kStartTls, {certificate_.cert_pem});
  ASSERT_TRUE(client) << client.error().Render();
  EXPECT_THAT(client->capabilities(), ElementsAre(Pair("SASL", "PLAIN XOAUTH2")));
  const Status in = client->AuthPlain("a", "b", Soon());
  EXPECT_TRUE(in) << in.error().Render();
  EXPECT_THAT(transcript_.Render(), HasSubstr("C: AUTHENTICATE \"PLAIN\" ***\n"));
  EXPECT_THAT(transcript_.Render(), Not(HasSubstr("AGEAYg")));
}

TEST_F(SieveClientTest, RefusesResponsesInjectedBehindStartTls) {
  LoopbackServer server({"S: \"STARTTLS\"", "S: OK", "C: STARTTLS", "S+ OK\\r\\n\"SASL\" \"PLAIN\"\\r\\n"});
  const auto client = Connect(server, Security::kStartTls);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind(), ErrorKind::kExpectation);
}

TEST_F(SieveClientTest, WithoutStartTlsNothingGoesOnInClear) {
  LoopbackServer server({"S: \"SASL\" \"PLAIN\"", "S: OK"});
  const auto client = Connect(server, Security::kStartTls);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind(), ErrorKind::kExpectation);
}

TEST_F(SieveClientTest, RefusedAndUnofferedAuthentication) {
  LoopbackServer server({"S: \"SASL\" \"PLAIN\"", "S: OK", "C: AUTHENTICATE *", "S: NO (ENCRYPT-NEEDED) \"tls\""});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const Status refused = client->AuthPlain("a", "b", Soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kExpectation);
  EXPECT_THAT(refused.error().message(), HasSubstr("NO (ENCRYPT-NEEDED) \"tls\""));

  LoopbackServer without({"S: \"SASL\" \"XOAUTH2\"", "S: OK"});
  auto other = Connect(without);
  ASSERT_TRUE(other);
  EXPECT_THAT(other->AuthPlain("a", "b", Soon()).error().message(), HasSubstr("does not offer SASL PLAIN"));
}

TEST_F(SieveClientTest, SendsAndReadsScripts) {
  LoopbackServer server({"S: OK", "C: PUTSCRIPT \"s\" {9+}", "C! bytes 11", "S: NO {7}",
                         "S: line 1:", "C: GETSCRIPT \"s\"", "S+ {10}\\r\\nkeep;\\r\\n#\\r\\n\\r\\n", "S: OK"});
  auto client = Connect(server);
  ASSERT_TRUE(client) << client.error().Render();
  const auto put = client->Exchange("PUTSCRIPT \"s\" " + SieveClient::Literal("keep;\r\n# "), Soon());
  ASSERT_TRUE(put) << put.error().Render();
  EXPECT_EQ(put->status, "NO");
  EXPECT_EQ(put->text, "{7}\r\nline 1:");
  const auto got = client->Command("GETSCRIPT \"s\"", Soon());
  ASSERT_TRUE(got) << got.error().Render();
  EXPECT_THAT(got->lines, ElementsAre("{10}\r\nkeep;\r\n#\r\n"));
}

TEST_F(SieveClientTest, ByeClosesTheSession) {
  LoopbackServer server({"S: OK", "C: NOOP", "S: BYE \"Server shutting down.\"", "S! close"});
  auto client = Connect(server);
  ASSERT_TRUE(client);
  const auto bye = client->Command("NOOP", Soon());
  ASSERT_FALSE(bye);
  EXPECT_EQ(bye.error().kind(), ErrorKind::kExpectation);
  EXPECT_FALSE(client->channel().open());
}

TEST_F(SieveClientTest, HangUpAndSilence) {
  LoopbackServer server({}, {{"S: OK", "C: NOOP", "S+ O", "S! close"}, {"S: OK", "C: NOOP"}});
  {
    auto client = Connect(server);
    ASSERT_TRUE(client);
    EXPECT_EQ(client->Command("NOOP", Soon()).error().kind(), ErrorKind::kTransport);
  }
  auto client = Connect(server);
  ASSERT_TRUE(client);
  EXPECT_EQ(client->Command("NOOP", Short()).error().kind(), ErrorKind::kTimeout);
}

}  // namespace
}  // namespace e2e
