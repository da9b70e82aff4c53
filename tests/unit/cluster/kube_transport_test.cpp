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

}  // namespace
}  // namespace e2e
