#include "net/line_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/loopback_server.h"
#include "support/net_fixture.h"

namespace e2e {
namespace {

using testing::HasSubstr;

class LineChannelTest : public NetFixture {
 protected:
  Outcome<LineChannel> Connect(const LoopbackServer& server, Security security = Security::kPlain,
                               const TlsTrust& trust = {}) {
    return LineChannel::Connect(server.At("mail.example.org"), security, trust, clock_, interrupt_, &transcript_,
                                Soon());
  }

  const TestCertificate certificate_ = MakeTestCertificate({"DNS:mail.example.org"});
};

TEST_F(LineChannelTest, SpeaksInLinesAndCountedBytes) {
  LoopbackServer server({"S: hello", "C: ask *", "S+ one\\r\\n12345two\\r\\n"});
  auto channel = Connect(server);
  ASSERT_TRUE(channel) << channel.error().Render();
  EXPECT_EQ(*channel->ReadLine(Soon()), "hello");
  ASSERT_TRUE(channel->Write("ask away\r\n", Soon()));
  EXPECT_EQ(*channel->ReadLine(Soon()), "one");
  EXPECT_EQ(*channel->ReadExactly(5, Soon()), "12345");
  EXPECT_EQ(*channel->ReadLine(Soon()), "two");
  EXPECT_FALSE(channel->AtEof());
}

TEST_F(LineChannelTest, SpeaksUnderImplicitTls) {
  LoopbackServer server({"S! tls", "S: hello", "C: ask", "S: bye", "S! close"}, {certificate_, ""});
  auto channel = Connect(server, Security::kImplicitTls, {certificate_.cert_pem});
  ASSERT_TRUE(channel) << channel.error().Render();
  EXPECT_TRUE(channel->secure());
  EXPECT_EQ(*channel->ReadLine(Soon()), "hello");
  ASSERT_TRUE(channel->Write("ask\r\n", Soon()));
  EXPECT_EQ(*channel->ReadLine(Soon()), "bye");
  const auto end = channel->ReadLine(Soon());
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind(), ErrorKind::kTransport);
}

TEST_F(LineChannelTest, UpgradesOnTheSameConnection) {
  LoopbackServer server({"S: plain", "C: upgrade", "S: go", "S! tls", "S: protected", "C: thanks"}, {certificate_, ""});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  EXPECT_EQ(*channel->ReadLine(Soon()), "plain");
  ASSERT_TRUE(channel->Write("upgrade\r\n", Soon()));
  EXPECT_EQ(*channel->ReadLine(Soon()), "go");
  EXPECT_FALSE(channel->secure());
  const Status upgraded = channel->StartTls({certificate_.cert_pem}, Soon());
  ASSERT_TRUE(upgraded) << upgraded.error().Render();
  EXPECT_TRUE(channel->secure());
  EXPECT_EQ(*channel->ReadLine(Soon()), "protected");
  ASSERT_TRUE(channel->Write("thanks\r\n", Soon()));
}

TEST_F(LineChannelTest, TakesAnyCertificateWithoutAnAuthority) {
  LoopbackServer server({"S! tls", "S: hello"}, {MakeTestCertificate({"DNS:other.example.net"}), ""});
  auto channel = Connect(server, Security::kImplicitTls);
  ASSERT_TRUE(channel) << channel.error().Render();
  EXPECT_EQ(*channel->ReadLine(Soon()), "hello");
}

TEST_F(LineChannelTest, RefusesACertificateOfAnotherAuthority) {
  LoopbackServer server({"S! tls-fails"}, {certificate_, ""});
  const auto channel =
      Connect(server, Security::kImplicitTls, {MakeTestCertificate({"DNS:mail.example.org"}).cert_pem});
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().kind(), ErrorKind::kTransport);
  EXPECT_THAT(channel.error().message(), HasSubstr("TLS with mail.example.org at " + server.At("").Text() + " failed"));
}

TEST_F(LineChannelTest, RefusesACertificateForAnotherName) {
  const TestCertificate other = MakeTestCertificate({"DNS:other.example.net"});
  LoopbackServer server({"S! tls-fails"}, {other, ""});
  const auto channel = Connect(server, Security::kImplicitTls, {other.cert_pem});
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().kind(), ErrorKind::kTransport);
}

TEST_F(LineChannelTest, RefusesACertificateForAnotherNameOfAnyIssuer) {
  const TestCertificate other = MakeTestCertificate({"DNS:other.example.net"});
  LoopbackServer server({"S! tls-fails"}, {other, ""});
  EXPECT_FALSE(Connect(server, Security::kImplicitTls, {.named = true}));
  LoopbackServer named({"S! tls", "S: hello"}, {certificate_, ""});
  auto channel = Connect(named, Security::kImplicitTls, {.named = true});
  ASSERT_TRUE(channel) << channel.error().Render();
  EXPECT_EQ(*channel->ReadLine(Soon()), "hello");
}

// Else the refusal of an old version would prove nothing about the server.
TEST_F(LineChannelTest, OffersEachVersionOfTls) {
  const std::pair<const char*, TlsVersion> versions[] = {
      {"1.0", TlsVersion::k10}, {"1.1", TlsVersion::k11}, {"1.2", TlsVersion::k12}, {"1.3", TlsVersion::k13}};
  for (const auto& [name, version] : versions) {
    LoopbackServer server({std::string("S! tls ") + name, "S: hello"}, {certificate_, ""});
    auto channel = Connect(server, Security::kImplicitTls, {.version = version});
    ASSERT_TRUE(channel) << name << ": " << channel.error().Render();
    EXPECT_EQ(*channel->ReadLine(Soon()), "hello");
  }
}

TEST_F(LineChannelTest, OffersNoOtherVersionThanTheOneAskedFor) {
  LoopbackServer server({"S! tls-fails 1.3"}, {certificate_, ""});
  EXPECT_FALSE(Connect(server, Security::kImplicitTls, {.version = TlsVersion::k12}));
  LoopbackServer old({"S! tls-fails 1.1"}, {certificate_, ""});
  EXPECT_FALSE(Connect(old, Security::kImplicitTls));
}

TEST_F(LineChannelTest, SaysThatThePeerSpeaksNoTls) {
  LoopbackServer server({"S: 220 plain text here", "C! anything"});
  const auto channel = Connect(server, Security::kImplicitTls);
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().kind(), ErrorKind::kTransport);
  EXPECT_THAT(channel.error().message(), HasSubstr("wrong version number"));
}

TEST_F(LineChannelTest, RefusesBytesSentAheadOfTheHandshake) {
  LoopbackServer server({"S+ go\\r\\n250 injected\\r\\n"});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  EXPECT_EQ(*channel->ReadLine(Soon()), "go");
  const Status upgraded = channel->StartTls({}, Soon());
  ASSERT_FALSE(upgraded);
  EXPECT_EQ(upgraded.error().kind(), ErrorKind::kExpectation);
  EXPECT_THAT(upgraded.error().message(), HasSubstr("250 injected"));
}

TEST_F(LineChannelTest, RefusedConnectionNamesTheAddress) {
  std::uint16_t port = 0;
  { port = LoopbackServer({}, std::vector<LoopbackServer::Script>{}).port(); }
  const auto channel = LineChannel::Connect({"mail.example.org", "127.0.0.1", port}, Security::kPlain, {}, clock_,
                                            interrupt_, &transcript_, Soon());
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().kind(), ErrorKind::kTransport);
  EXPECT_THAT(channel.error().message(), HasSubstr("127.0.0.1:" + std::to_string(port) + ": Connection refused"));
}

TEST_F(LineChannelTest, HangUpWithinALineShowsTheHalf) {
  LoopbackServer server({"S+ 250-half a re", "S! close"});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  const auto line = channel->ReadLine(Soon());
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().kind(), ErrorKind::kTransport);
  EXPECT_THAT(line.error().message(), HasSubstr("was closed by the server in the middle of \"250-half a re\""));
}

TEST_F(LineChannelTest, HangUpShowsTheLastLine) {
  LoopbackServer server({"S: 421 going down", "S! close"});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  ASSERT_TRUE(channel->ReadLine(Soon()));
  const auto line = channel->ReadLine(Soon());
  ASSERT_FALSE(line);
  EXPECT_THAT(line.error().message(), HasSubstr("closed by the server after \"421 going down\""));
  EXPECT_TRUE(channel->AtEof());
  EXPECT_THAT(line.error().detail(), HasSubstr("S: 421 going down"));
}

TEST_F(LineChannelTest, ResetIsATransportError) {
  LoopbackServer server({"C: go", "S! reset"});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  ASSERT_TRUE(channel->Write("go\r\n", Soon()));
  const auto line = channel->ReadLine(Soon());
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().kind(), ErrorKind::kTransport);
  EXPECT_THAT(line.error().message(), HasSubstr("Connection reset by peer"));
}

TEST_F(LineChannelTest, TimeoutLosesNothing) {
  LoopbackServer server({"S+ half", "S! wait more", "S+  line\\r\\n"});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  server.AwaitReached("more");
  const auto late = channel->ReadLine(Short());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind(), ErrorKind::kTimeout);
  server.Release("more");
  EXPECT_EQ(*channel->ReadLine(Soon()), "half line");
}

TEST_F(LineChannelTest, SilentHandshakeTimesOut) {
  LoopbackServer server({"C! anything"});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  const Status upgraded = channel->StartTls({}, Short());
  ASSERT_FALSE(upgraded);
  EXPECT_EQ(upgraded.error().kind(), ErrorKind::kTimeout);
}

TEST_F(LineChannelTest, InterruptCutsAReadShort) {
  LoopbackServer server(LoopbackServer::Script{});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  std::thread user([this] { interrupt_.Request(); });
  const auto line = channel->ReadLine(Deadline::In(clock_, std::chrono::hours(1)));
  user.join();
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().kind(), ErrorKind::kInterrupted);
}

TEST_F(LineChannelTest, InterruptCutsAHandshakeShort) {
  LoopbackServer server({"C! anything"});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  std::thread user([this] { interrupt_.Request(); });
  const Status upgraded = channel->StartTls({}, Deadline::In(clock_, std::chrono::hours(1)));
  user.join();
  ASSERT_FALSE(upgraded);
  EXPECT_EQ(upgraded.error().kind(), ErrorKind::kInterrupted);
}

TEST_F(LineChannelTest, BareLineFeedBreaksTheRules) {
  LoopbackServer server({"S+ 250 ok\\n"});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  const auto line = channel->ReadLine(Soon());
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().kind(), ErrorKind::kExpectation);
}

TEST_F(LineChannelTest, EndlessLineIsRefused) {
  LoopbackServer server({"S+ " + std::string(1024 * 1024 + 10, 'x')});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  const auto line = channel->ReadLine(Soon());
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().kind(), ErrorKind::kExpectation);
}

TEST_F(LineChannelTest, ClosedChannelRefusesUse) {
  LoopbackServer server({"C! eof"});
  auto channel = Connect(server);
  ASSERT_TRUE(channel);
  channel->Close();
  EXPECT_FALSE(channel->Write("x", Soon()));
  EXPECT_FALSE(channel->ReadLine(Soon()));
}

TEST_F(LineChannelTest, ManyBytesUnderTls) {
  const std::string big(3 * 1024 * 1024, 'b');
  LoopbackServer server({"S! tls", "C! bytes " + std::to_string(big.size()), "S+ " + big}, {certificate_, ""});
  auto channel = Connect(server, Security::kImplicitTls);
  ASSERT_TRUE(channel);
  ASSERT_TRUE(channel->Write(big, Soon()));
  const auto back = channel->ReadExactly(big.size(), Soon());
  ASSERT_TRUE(back) << back.error().Render();
  EXPECT_EQ(*back, big);
}

}  // namespace
}  // namespace e2e
