#include "cluster/node_faults.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_kube_transport.h"
#include "support/kube_objects.h"
#include "support/outcome_matchers.h"
#include "unit/cluster/fault_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kPods = "GET /api/v1/namespaces/mail/pods?labelSelector=app";
constexpr const char* kWatch = "GET /api/v1/namespaces/mail/pods?labelSelector=app&watch=1*";

class NodeFaultsTest : public FaultFixture {
 protected:
  void ExpectPods(std::vector<json> pods) { transport_.Expect(kPods, 200, KubeList(pods)); }
  void ExpectCordon(bool unschedulable) {
    transport_.Expect("PATCH /api/v1/nodes/n", 200, json{{"spec", {{"unschedulable", unschedulable}}}}.dump());
  }
};

json Unschedulable(const std::string& name, const std::string& uid) {
  json pod = RunningPod(name, uid, "");
  pod["status"] = {
      {"phase", "Pending"},
      {"conditions", {{{"type", "PodScheduled"}, {"status", "False"}, {"reason", "Unschedulable"}, {"message", "m"}}}}};
  return pod;
}

TEST_F(NodeFaultsTest, DrainTellsWhoLeftAndWhoWaits) {
  ExpectPods({RunningPod("old", "1", "c")});
  ExpectCordon(true);
  transport_.Expect("POST /api/v1/namespaces/mail/pods/old/eviction", 201, "{}");
  ExpectPods({RunningPod("old", "1", "c"), Unschedulable("new", "2")});
  transport_.ExpectWatch(kWatch, {json{{"type", "DELETED"}, {"object", RunningPod("old", "1", "c")}}.dump() + "\n"});
  ExpectCordon(false);
  const auto receipt = DrainNode(target_, deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(
      receipt->Text(),
      "pod old (uid 1) evicted from cordoned node n, pod new (uid 2) in its place, waiting for a node; uncordoned");
  EXPECT_EQ(json::parse(transport_.requests[1].body), json::parse(R"({"spec":{"unschedulable":true}})"));
  EXPECT_EQ(json::parse(transport_.requests[2].body)["deleteOptions"]["preconditions"]["uid"], "1");
}

TEST_F(NodeFaultsTest, ARefusedEvictionIsInconclusiveAndTheNodeIsUncordoned) {
  ExpectPods({RunningPod("old", "1", "c")});
  ExpectCordon(true);
  transport_.Expect("POST */eviction", 404, R"({"kind":"Status","message":"no such pod"})");
  ExpectCordon(false);
  EXPECT_THAT(DrainNode(target_, deadline_), FailsWith(ErrorKind::kInconclusive, HasSubstr("no such pod")));
}

TEST_F(NodeFaultsTest, TheWayBackGoesOnAfterAnInterrupt) {
  FakeKubeTransport calm_transport;
  KubeApi calm{calm_transport, clock_};
  target_.undo = &calm;
  ExpectPods({RunningPod("old", "1", "c")});
  ExpectCordon(true);
  transport_.Expect("POST */eviction", Error(ErrorKind::kInterrupted, "stopped"));
  calm_transport.Expect("PATCH /api/v1/nodes/n", 200, R"({"spec":{}})");
  EXPECT_THAT(DrainNode(target_, deadline_), FailsWith(ErrorKind::kInterrupted, HasSubstr("stopped")));
}

TEST_F(NodeFaultsTest, ANodeThatStaysCordonedIsTold) {
  ExpectPods({RunningPod("old", "1", "c")});
  ExpectCordon(true);
  transport_.Expect("POST */eviction", 201, "{}");
  ExpectPods({Unschedulable("new", "2")});
  transport_.Expect("PATCH /api/v1/nodes/n", 403, R"({"kind":"Status","message":"forbidden"})");
  EXPECT_THAT(DrainNode(target_, deadline_), FailsWith(ErrorKind::kInfra, HasSubstr("stays cordoned")));
}

json Ended(const std::string& id, int restarts, const std::string& reason) {
  json pod = RunningPod("p", "1", id, restarts);
  pod["status"]["containerStatuses"][0]["lastState"] = {{"terminated", {{"exitCode", 137}, {"reason", reason}}}};
  return pod;
}

class OomTest : public NodeFaultsTest {
 protected:
  // `eaten` is how the shell in the node ends.
  Outcome<ContainerKilled> Take(const std::string& cgroups, const std::string& account, CommandResult eaten,
                                const std::string& reason) {
    ExpectPods({RunningPod("p", "1", "old-id")});
    runner_.Expect("docker exec n ctr * tasks ps old-id", FakeCommandRunner::Success("PID INFO\n12 -\n10 -\n"));
    runner_.Expect("docker exec n cat /proc/10/cgroup", FakeCommandRunner::Success(cgroups));
    if (!account.empty()) runner_.Expect("docker exec n sh -c * eat 10 " + account, std::move(eaten));
    if (!reason.empty()) ExpectPods({Ended("new-id", 1, reason)});
    return TakeMemory(target_, deadline_);
  }
  static CommandResult Killed() { return FakeCommandRunner::Failure(137, ""); }
};

TEST_F(OomTest, TheKubeletsWordIsTheReceipt) {
  const auto receipt =
      Take("0::/kubelet/old\n", "/sys/fs/cgroup/kubelet/old memory.current memory.max", Killed(), "OOMKilled");
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_THAT(receipt->Text(), HasSubstr("got no memory and ended with 137, container new-id in its place"));
}

TEST_F(OomTest, VersionOneHasAnAccountOfItsOwn) {
  EXPECT_THAT(
      Take("5:cpu:/kubelet/x\n4:memory:/kubelet/old\n0::/\n",
           "/sys/fs/cgroup/memory/kubelet/old memory.usage_in_bytes memory.limit_in_bytes", Killed(), "OOMKilled"),
      Succeeds());
}

TEST_F(OomTest, AnotherEndIsNoReceipt) {
  EXPECT_THAT(Take("0::/kubelet/old\n", "*", Killed(), "Error"),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("reason \"Error\" instead of OOMKilled")));
  EXPECT_THAT(Take("0::/kubelet/old\n", "*", FakeCommandRunner::Failure(2, "no limit"), ""),
              FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("exited with 2"), HasSubstr("no limit"))));
}

TEST_F(OomTest, WithoutAnAccountItCantBeDone) {
  EXPECT_THAT(Take("4:memory:/\n0::/\n", "", Killed(), ""),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("no account of its memory")));
}

class ApiRestartTest : public NodeFaultsTest {
 protected:
  void ExpectApiServer(const std::string& id, int restarts) {
    transport_.Expect("GET /api/v1/namespaces/kube-system/pods/kube-apiserver-n", 200,
                      RunningPod("kube-apiserver-n", "1", id, restarts).dump());
  }
};

TEST_F(ApiRestartTest, WaitsForAnotherContainerThatAnswers) {
  ExpectApiServer("old-id", 1);
  runner_.Expect("docker exec n ctr --namespace k8s.io tasks kill --signal SIGKILL old-id");
  transport_.Expect("GET *", Error(ErrorKind::kTransport, "connection refused"));
  ExpectApiServer("old-id", 1);
  ExpectApiServer("new-id", 2);
  const auto receipt = RestartApiServer(target_, deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(),
            "container old-id of the API server killed, container new-id answers in its place, restarts 1 -> 2");
}

TEST_F(ApiRestartTest, AnApiServerThatStaysIsInconclusive) {
  ExpectApiServer("old-id", 1);
  runner_.Expect("docker exec n ctr *");
  for (int i = 0; i < 2; ++i) ExpectApiServer("old-id", 1);
  EXPECT_THAT(
      RestartApiServer(target_, Deadline::In(clock_, std::chrono::seconds(1))),
      FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("no receipt"), HasSubstr("not told of a new container"))));
}

}  // namespace
}  // namespace e2e
