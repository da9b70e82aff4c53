// The real transport over libcurl against a scripted API server.
#include "cluster/kube_transport.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cluster/kube_api.h"
#include "support/kube_objects.h"
#include "support/loopback_server.h"
#include "support/net_fixture.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class KubeTransportTest : public NetFixture {
 protected:
  static std::string Head(int status, const std::string& more) {
    return fmt::format("S+ HTTP/1.1 {} X\\r\\n{}\\r\\n", status, more);
  }
  static std::string Counted(const std::string& body) { return fmt::format("Content-Length: {}\\r\\n", body.size()); }
  HttpKubeTransport TransportTo(const LoopbackServer& server) {
    return HttpKubeTransport(
        clock_, interrupt_,
        {server.At("127.0.0.1"), certificate_.cert_pem, {certificate_.cert_pem, certificate_.key_pem}});
  }
  LoopbackServer::Options Tls() const { return {certificate_, ""}; }

  const TestCertificate certificate_ = MakeTestCertificate({"IP:127.0.0.1"});
};

TEST_F(KubeTransportTest, TellsRetryAfterAndTheServersTime) {
  LoopbackServer server(
      {"S! tls", "C! http",
       Head(429, "Date: Tue, 24 Nov 2026 02:30:00 GMT\\r\\nRetry-After: 7\\r\\nContent-Length: 0\\r\\n"), "C! http",
       Head(503,
            "Date: Tue, 24 Nov 2026 02:30:00 GMT\\r\\n"
            "Retry-After: Tue, 24 Nov 2026 02:30:05 GMT\\r\\nContent-Length: 0\\r\\n"),
       "C! http", Head(200, "Date: yesterday\\r\\nRetry-After: soon\\r\\nContent-Length: 0\\r\\n")},
      Tls());
  HttpKubeTransport transport = TransportTo(server);
  const auto busy = transport.Send({.path = "/a"}, Soon());
  ASSERT_THAT(busy, Succeeds());
  EXPECT_EQ(busy->retry_after, std::chrono::seconds(7));
  ASSERT_TRUE(busy->date);
  EXPECT_EQ(Rfc3339(*busy->date), "2026-11-24T02:30:00.000Z");
  EXPECT_EQ(transport.Send({.path = "/b"}, Soon())->retry_after, std::chrono::seconds(5));
  const auto odd = transport.Send({.path = "/c"}, Soon());
  EXPECT_EQ(odd->retry_after, Duration(0));
  EXPECT_FALSE(odd->date);
}

// List, a watch that is cut off within a line, and the list that tells what it was about.
TEST_F(KubeTransportTest, AWaitSurvivesAStreamThatIsCutOff) {
  const std::string some = KubeList({RunningPod("a", "u", "c")});
  const std::string none = KubeList({}, "9");
  const auto list = [](const std::string& body) -> LoopbackServer::Script {
    return {"S! tls", "C! http", Head(200, "Connection: close\\r\\n" + Counted(body)), "S+ " + body, "S! close"};
  };
  LoopbackServer server(Tls(), {list(some),
                                {"S! tls", "C! http", Head(200, "Transfer-Encoding: chunked\\r\\n"),
                                 "S+ 10\\r\\n{\"type\":\"DELETED\\r\\n", "S! close"},
                                list(none)});
  HttpKubeTransport transport = TransportTo(server);
  KubeApi api(transport, clock_);
  std::vector<std::size_t> seen;
  const auto gone = [&](const std::vector<json>& objects) -> Outcome<Probe> {
    seen.push_back(objects.size());
    return objects.empty() ? Probe::Ready() : Probe::Pending("a pod");
  };
  EXPECT_THAT(api.WatchUntil({.path = "/pods"}, "no pod", Soon(), {}, gone), Succeeds());
  EXPECT_THAT(seen, testing::ElementsAre(1u, 0u));
}

// A handshake takes longer than a request, and a wait that makes one between list and watch reacts late.
TEST_F(KubeTransportTest, AWatchTakesTheConnectionOfItsList) {
  const std::string some = KubeList({RunningPod("a", "u", "c")});
  const std::string gone = R"({"type":"DELETED","object":)" + RunningPod("a", "u", "c").dump() + "}\n";
  LoopbackServer server(
      {"S! tls", "C! http", Head(200, Counted(some)), "S+ " + some, "C! http",
       Head(200, "Transfer-Encoding: chunked\\r\\n"), fmt::format("S+ {:x}\\r\\n{}\\r\\n", gone.size(), gone)},
      Tls());
  HttpKubeTransport transport = TransportTo(server);
  KubeApi api(transport, clock_);
  const auto none = [](const std::vector<json>& objects) {
    return Outcome<Probe>(objects.empty() ? Probe::Ready() : Probe::Pending("a pod"));
  };
  EXPECT_THAT(api.WatchUntil({.path = "/pods"}, "no pod", Soon(), {}, none), Succeeds());
}

// What looks at objects may ask for more of them.
TEST_F(KubeTransportTest, ARequestFromWithinAStreamHasAConnectionOfItsOwn) {
  LoopbackServer::Options parallel = Tls();
  parallel.parallel = true;
  LoopbackServer server(parallel, {{"S! tls", "C! http", Head(200, "Content-Length: 1\\r\\n"), "S+ a", "C! eof"},
                                   {"S! tls", "C! http", Head(200, "Content-Length: 1\\r\\n"), "S+ b"}});
  HttpKubeTransport transport = TransportTo(server);
  std::string within;
  const auto ask = [&](std::string_view) {
    const auto response = transport.Send({.path = "/b"}, Soon());
    within = response ? response->body : response.error().Render();
    return false;
  };
  EXPECT_THAT(transport.Stream({.path = "/a"}, Soon(), ask), Succeeds());
  EXPECT_EQ(within, "b");
}

}  // namespace
}  // namespace e2e
