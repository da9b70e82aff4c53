#include "cluster/workload.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/fake_kube_transport.h"
#include "support/kube_objects.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::ElementsAre;

TEST(Workload, ReadsARunningPod) {
  json object = RunningPod("p", "u", "abc", 2);
  object["status"]["containerStatuses"][0]["lastState"] = {
      {"terminated", {{"exitCode", 137}, {"reason", "Error"}, {"finishedAt", "2026-11-24T02:30:04Z"}}}};
  const Pod pod = PodFrom(object);
  EXPECT_EQ(pod.name, "p");
  EXPECT_EQ(pod.uid, "u");
  EXPECT_EQ(pod.phase, "Running");
  EXPECT_TRUE(pod.ready);
  EXPECT_FALSE(pod.deleting);
  EXPECT_EQ(pod.container.id, "abc");
  EXPECT_EQ(pod.container.restart_count, 2);
  EXPECT_EQ(pod.container.started_at, "2026-11-24T02:30:05Z");
  ASSERT_TRUE(pod.container.last_terminated);
  EXPECT_EQ(pod.container.last_terminated->exit_code, 137);
}

TEST(PodFrom, HasNoSecretInTheWordsOfAContainer) {
  const json container = {
      {"name", "stalwart"},
      {"state", {{"waiting", {{"reason", "CreateContainerError"}, {"message", "bad argument --password=hunter2"}}}}},
      {"lastState", {{"terminated", {{"exitCode", 1}, {"message", "begin\nlogin with password=hunter2\nend"}}}}}};
  const Pod pod = PodFrom({{"spec", {{"containers", json::array({{{"name", "stalwart"}}})}}},
                           {"status", {{"containerStatuses", json::array({container})}}}});
  EXPECT_EQ(pod.container.waiting_message, "bad argument --password=***");
  ASSERT_TRUE(pod.container.last_terminated);
  EXPECT_EQ(pod.container.last_terminated->message, "begin\nlogin with password=***\nend");
}

TEST(Workload, TheServerIsTheFirstContainerOfTheSpec) {
  json object = RunningPod("p", "u", "abc");
  json sidecar = object["status"]["containerStatuses"][0];
  sidecar["name"] = "a-sidecar";
  sidecar["containerID"] = "containerd://other";
  object["status"]["containerStatuses"].insert(object["status"]["containerStatuses"].begin(), sidecar);
  EXPECT_EQ(PodFrom(object).container.id, "abc");
}

TEST(Workload, ReadsAnUnschedulablePod) {
  const Pod pod = PodFrom({{"metadata", {{"name", "p"}, {"deletionTimestamp", "2026-11-24T02:30:00Z"}}},
                           {"status",
                            {{"phase", "Pending"},
                             {"conditions",
                              {{{"type", "PodScheduled"},
                                {"status", "False"},
                                {"reason", "Unschedulable"},
                                {"message", "0/1 nodes are available"},
                                {"lastTransitionTime", "2026-11-24T02:30:00Z"}}}}}}});
  EXPECT_TRUE(pod.deleting);
  EXPECT_EQ(pod.unschedulable, "0/1 nodes are available");
  EXPECT_TRUE(pod.unschedulable_since.has_value());
}

TEST(Workload, ForeignJsonReadsAsEmpty) {
  for (const json& object : {json(), json(5), json::array(), json{{"metadata", 7}, {"spec", {{"containers", "x"}}}}}) {
    EXPECT_EQ(PodFrom(object).name, "");
    EXPECT_EQ(ClaimFrom(object).uid, "");
    EXPECT_EQ(DeploymentFrom(object).wanted, 1);
  }
}

TEST(Workload, ParsesTimes) {
  const auto whole = ParseRfc3339("2026-11-24T02:30:00Z");
  const auto broken = ParseRfc3339("2026-11-24T02:30:00.250000000Z");
  ASSERT_TRUE(whole && broken);
  EXPECT_EQ(*broken - *whole, Duration(250));
  EXPECT_EQ(Rfc3339(*whole), "2026-11-24T02:30:00.000Z");
  EXPECT_FALSE(ParseRfc3339(""));
  EXPECT_FALSE(ParseRfc3339("2026-11-24T02:30:00+01:00"));
}

TEST(Workload, OnlyReadyEndpointsGetTraffic) {
  const json ready = {{"addresses", {"10.0.0.2"}}, {"conditions", {{"ready", true}}}};
  const json unready = {{"addresses", {"10.0.0.3"}}, {"conditions", {{"ready", false}}}};
  const json unsaid = {{"addresses", {"10.0.0.1"}}, {"conditions", json::object()}};
  EXPECT_THAT(
      ReadyAddressesFrom({{{"endpoints", {ready, unready}}}, {{"endpoints", {unsaid}}}, {{"endpoints", nullptr}}}),
      ElementsAre("10.0.0.1", "10.0.0.2"));
}

TEST(Workload, AsksForTheRightObjects) {
  FakeClock clock;
  FakeKubeTransport transport;
  KubeApi api(transport, clock);
  const Deadline soon = Deadline::In(clock, std::chrono::seconds(10));
  json younger = RunningPod("a-younger", "2", "y");
  younger["metadata"]["creationTimestamp"] = "2026-11-24T03:00:00Z";
  transport.Expect("GET /api/v1/namespaces/n/pods?labelSelector=app%3Dmail", 200,
                   KubeList({younger, RunningPod("older", "1", "o")}));
  transport.Expect("GET /api/v1/namespaces/n/persistentvolumeclaims/c", 200,
                   R"({"metadata":{"name":"c","uid":"u"},"spec":{"volumeName":"pv-1","storageClassName":"standard"},
                       "status":{"phase":"Bound"}})");
  transport.Expect("GET /apis/apps/v1/namespaces/n/deployments/d", 200,
                   R"({"metadata":{"name":"d","generation":2},"spec":{"replicas":1},
                       "status":{"readyReplicas":1,"observedGeneration":1}})");
  transport.Expect(
      "GET /apis/discovery.k8s.io/v1/namespaces/n/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Ds", 200,
      KubeList({}));
  const auto pods = Pods(api, "n", "app=mail", soon);
  ASSERT_THAT(pods, Succeeds());
  EXPECT_EQ(pods->front().name, "older");
  const auto claim = GetClaim(api, "n", "c", soon);
  ASSERT_THAT(claim, Succeeds());
  EXPECT_EQ(claim->volume, "pv-1");
  EXPECT_EQ(claim->phase, "Bound");
  const auto deployment = GetDeployment(api, "n", "d", soon);
  ASSERT_THAT(deployment, Succeeds());
  EXPECT_EQ(deployment->ready, 1);
  EXPECT_FALSE(deployment->observed);
  EXPECT_TRUE(ReadyAddresses(api, "n", "s", soon)->empty());
}

}  // namespace
}  // namespace e2e
