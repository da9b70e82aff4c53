// fault.*: each step strikes the release's pod and leaves its receipt in the World.
#include "support/kube_objects.h"
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

class FaultStepsTest : public WorldFixture {
 protected:
  void ExpectPods(const std::vector<json>& pods) { kube_.Expect(kPods, 200, KubeList(pods)); }
  void ExpectRunning() { ExpectPods({RunningPod("old", "1", "old-id")}); }
  // The pod with another container, after one that ended so.
  void ExpectRestarted(int exit_code, const std::string& reason) {
    json pod = RunningPod("old", "1", "new-id", 1);
    pod["status"]["containerStatuses"][0]["lastState"] = {
        {"terminated", {{"exitCode", exit_code}, {"reason", reason}}}};
    ExpectPods({pod});
  }
  // The kubelet's report of 02:30:09.
  void ExpectHeartbeat() {
    const json ready = {{"type", "Ready"}, {"status", "True"}, {"lastHeartbeatTime", "2026-11-24T02:30:09Z"}};
    kube_.Expect("GET /api/v1/nodes?*", 200,
                 KubeList({{{"metadata", {{"name", "node"}}}, {"status", {{"conditions", {ready}}}}}}));
  }
  // The step succeeds, and leaves one receipt with these words.
  void ExpectReceipt(const std::string& kind, const std::string& args, const std::string& words) {
    EXPECT_THAT(Run(kind + ": " + args), Succeeds());
    EXPECT_THAT(world_.receipts,
                ElementsAre(AllOf(Field(&Receipt::kind, kind), Field(&Receipt::text, HasSubstr(words)))));
  }
};

TEST_F(FaultStepsTest, DeleteTellsBothPods) {
  ExpectRunning();
  kube_.Expect("DELETE /api/v1/namespaces/e2e/pods/old", 200, "{}");
  ExpectPods({RunningPod("new", "2", "new-id")});
  ExpectReceipt("fault.delete", "{forced: true}", "pod old (uid 1) deleted by force, pod new (uid 2) in its place");
  EXPECT_EQ(json::parse(kube_.requests[1].body)["gracePeriodSeconds"], 0);
}

TEST_F(FaultStepsTest, KillSendsTheSignalThatWasAskedFor) {
  ExpectRunning();
  runner_.Expect("docker exec node ctr --namespace k8s.io tasks kill --signal SIGTERM old-id");
  ExpectRestarted(0, "Completed");
  ExpectReceipt("fault.kill", "{signal: TERM}", "got SIGTERM and ended with 0");
}

TEST_F(FaultStepsTest, OomIsTheKubeletsWord) {
  ExpectRunning();
  runner_.Expect("docker exec node ctr * tasks ps old-id", FakeCommandRunner::Success("PID INFO\n10 -\n"));
  runner_.Expect("docker exec node cat /proc/10/cgroup", FakeCommandRunner::Success("0::/kubelet/old\n"));
  runner_.Expect("docker exec node sh -c *", FakeCommandRunner::Failure(137, ""));
  ExpectRestarted(137, "OOMKilled");
  ExpectReceipt("fault.oom", "{}", "OOMKilled, container old-id");
}

TEST_F(FaultStepsTest, FreezeIsKeptForTheThaw) {
  ExpectRunning();
  for (int i = 0; i < 2; ++i) {
    runner_.Expect("docker exec node ctr * tasks ps old-id", FakeCommandRunner::Success("PID INFO\n10 -\n"));
    if (i == 1) break;
    runner_.Expect("docker exec node kill -STOP 10");
    runner_.Expect("docker exec node cat /proc/10/stat", FakeCommandRunner::Success("10 (a) T 1\n"));
  }
  ExpectReceipt("fault.freeze", "{}", "all 1 processes of container old-id of pod old are stopped");
  EXPECT_TRUE(world_.frozen);
}

TEST_F(FaultStepsTest, DrainUncordonsAgain) {
  ExpectRunning();
  kube_.Expect("PATCH /api/v1/nodes/node", 200, R"({"spec":{"unschedulable":true}})");
  kube_.Expect("POST */eviction", 201, "{}");
  ExpectPods({RunningPod("new", "2", "new-id")});
  kube_.Expect("PATCH /api/v1/nodes/node", 200, R"({"spec":{}})");
  ExpectReceipt("fault.drain", "{}", "pod old (uid 1) evicted from cordoned node node");
}

TEST_F(FaultStepsTest, ApiRestartSeesAnotherContainer) {
  const auto expect_server = [&](const std::string& id, int restarts) {
    kube_.Expect("GET /api/v1/namespaces/kube-system/pods/kube-apiserver-node", 200,
                 RunningPod("kube-apiserver-node", "1", id, restarts).dump());
  };
  expect_server("old-id", 1);
  runner_.Expect("docker exec node ctr * tasks kill --signal SIGKILL old-id");
  expect_server("new-id", 2);
  ExpectReceipt("fault.api-restart", "{}", "container new-id answers in its place");
}

TEST_F(FaultStepsTest, NodeRestartNeedsAHeartbeatOfAfterIt) {
  runner_.Expect("docker inspect *", FakeCommandRunner::Success("2026-11-24T02:00:00.5Z\n"));
  runner_.Expect("docker restart node");
  runner_.Expect("docker inspect *", FakeCommandRunner::Success("2026-11-24T02:30:00.5Z\n"));
  ExpectHeartbeat();
  ExpectReceipt("fault.node-restart", "{}", "node node restarted");
}

TEST_F(FaultStepsTest, AVolumeOfItsOwnIsMountedAgainAfterANodeKill) {
  world_.volume = OwnVolume{.name = "v", .ns = "e2e", .claim = "stalwart", .size = 4096};
  runner_.Expect("docker inspect *StartedAt*", FakeCommandRunner::Success("2026-11-24T02:00:00.5Z\n"));
  runner_.Expect("docker kill --signal KILL node");
  runner_.Expect("docker inspect *ExitCode*", FakeCommandRunner::Success("137\n"));
  runner_.Expect("docker start node");
  runner_.Expect("docker inspect *StartedAt*", FakeCommandRunner::Success("2026-11-24T02:30:00.5Z\n"));
  ExpectHeartbeat();
  runner_.Expect("docker exec node sh -c *mount -o loop* mount /var/lib/stalwart-e2e/volumes/v");
  ExpectReceipt("fault.node-kill", "{}", "node node killed, ended with 137");
}

TEST_F(FaultStepsTest, KubeletRestartSeesAnotherProcess) {
  runner_.Expect("docker exec node pgrep *", FakeCommandRunner::Success("106\n"));
  runner_.Expect("docker exec node kill -KILL 106");
  runner_.Expect("docker exec node date *", FakeCommandRunner::Success("2026-11-24T02:30:00Z\n"));
  runner_.Expect("docker exec node pgrep *", FakeCommandRunner::Success("107\n"));
  ExpectHeartbeat();
  for (int i = 0; i < 11; ++i) ExpectPods({RunningPod("pod", "1", "id")});
  ExpectReceipt("fault.kubelet-restart", "{}", "process 106 -> 107");
}

TEST_F(FaultStepsTest, SecondPodIsTakenAway) {
  const json first = RunningPod("pod", "1", "id");
  json second = RunningPod("second", "2", "other");
  second["status"]["conditions"][0]["status"] = "False";
  second["status"]["containerStatuses"][0]["lastState"] = {{"terminated", {{"exitCode", 1}}}};
  ExpectPods({first});
  kube_.Expect("PATCH */deployments/stalwart", 200, "{}");
  ExpectPods({first, second});
  kube_.Expect("PATCH */deployments/stalwart", 200, "{}");
  ExpectPods({first});
  ExpectReceipt("fault.second-pod", "{}",
                "second pod second (uid 2) was never ready, its container stalwart ended with 1");
}

TEST_F(FaultStepsTest, AFaultThatFailsLeavesNoReceipt) {
  ExpectPods({});
  EXPECT_THAT(Run("fault.kill: {}"), FailsWith(ErrorKind::kInconclusive, HasSubstr("there are 0")));
  EXPECT_TRUE(world_.receipts.empty());
}

}  // namespace
}  // namespace e2e
