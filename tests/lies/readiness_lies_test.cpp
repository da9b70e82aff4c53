// The outage meter against a server whose readiness is not the truth.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lies/lying_server_fixture.h"
#include "steps/outage_meter.h"
#include "support/kube_objects.h"
#include "support/loopback_server.h"
#include "support/mode_server.h"

namespace e2e {
namespace {

class ReadinessLies : public LyingServerFixture {
 protected:
  // What a kubelet that asks now would say of the pod.
  LoopbackServer::Script Pods() {
    nlohmann::json pod = RunningPod("stalwart", "uid", "container");
    pod["status"]["conditions"][0]["status"] = Health("ready") == 200 ? "True" : "False";
    const std::string body = KubeList({pod});
    return {"S! tls", "C! http",
            fmt::format("S+ HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n", body.size()),
            "S+ " + body, "S! close"};
  }

  // Two ports of mail and the pod, for some samples after the API told of it.
  MeterReport Measure() {
    LoopbackServer api({certificate_, ""},
                       {Pods(),
                        {"S! tls", "C! http", "S! wait watch",
                         "S+ HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n", "C! eof"}});
    // It is sampled as often as the others, and counts.
    ModeServer witness({ModeServer::Mode::kGreet});
    const Duration every{1};
    const Kubeconfig kubeconfig{
        api.At("127.0.0.1"), certificate_.cert_pem, {certificate_.cert_pem, certificate_.key_pem}};
    OutageMeter meter({.ports = {{"submission", world_.endpoints["submission"], "220", "", every},
                                 {"imap", world_.endpoints["imap"], "* OK", "", every},
                                 {"witness", {"mail", "127.0.0.1", witness.port()}, "220", "", every}},
                       .patience = Duration(40'000),
                       .api = kubeconfig,
                       .pods = {.path = "/pods"}});
    api.AwaitReached("watch");
    api.Release("watch");
    witness.AwaitConnections(20);
    return meter.Stop();
  }

  const TestCertificate certificate_ = MakeTestCertificate({"IP:127.0.0.1"});
};

TEST_F(ReadinessLies, AnHonestServerServesWhenItIsReady) {
  ASSERT_NO_FATAL_FAILURE(Serve({}));
  const MeterReport report = Measure();
  ASSERT_FALSE(report.changes.empty());
  EXPECT_TRUE(report.probes.ready_not_serving.empty()) << report.Text();
  EXPECT_TRUE(report.probes.serving_not_ready.empty()) << report.Text();
}

TEST_F(ReadinessLies, ReadyAlwaysIsReadyButNotServing) {
  ASSERT_NO_FATAL_FAILURE(server_.Start({"--ready-always=1h"}));
  ASSERT_NO_FATAL_FAILURE(AwaitHealth("ready"));
  const MeterReport report = Measure();
  ASSERT_FALSE(report.changes.empty());
  EXPECT_EQ(report.probes.ready_not_serving.size(), 1u) << report.Text();
  EXPECT_TRUE(report.probes.serving_not_ready.empty()) << report.Text();
  for (std::size_t i : {0, 1}) EXPECT_EQ(report.ports[i].outages.size(), 1u) << report.Text();
  EXPECT_TRUE(report.ports[2].outages.empty()) << report.Text();
}

TEST_F(ReadinessLies, SlowReadinessIsServingButNotReady) {
  ASSERT_NO_FATAL_FAILURE(server_.Start({"--slow-readiness=1h"}));
  ASSERT_NO_FATAL_FAILURE(AwaitGreetings());
  ASSERT_EQ(Health("ready"), 503);
  const MeterReport report = Measure();
  ASSERT_FALSE(report.changes.empty());
  EXPECT_TRUE(report.probes.ready_not_serving.empty()) << report.Text();
  EXPECT_EQ(report.probes.serving_not_ready.size(), 1u) << report.Text();
}

}  // namespace
}  // namespace e2e
