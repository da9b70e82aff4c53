#include "cluster/faults.h"

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
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kPods = "GET /api/v1/namespaces/mail/pods?labelSelector=app";
constexpr const char* kWatch = "GET /api/v1/namespaces/mail/pods?labelSelector=app&watch=1*";

std::string Modified(const json& object) {
  return json{{"type", "MODIFIED"}, {"object", object}}.dump() + "\n";
}

class FaultsTest : public FaultFixture {
 protected:
  void ExpectPods(std::vector<json> pods) { transport_.Expect(kPods, 200, KubeList(pods)); }
};

TEST_F(FaultsTest, DeletePodTellsBothPods) {
  ExpectPods({RunningPod("old", "1", "c")});
  transport_.Expect("DELETE /api/v1/namespaces/mail/pods/old", 200, "{}");
  ExpectPods({RunningPod("old", "1", "c"), RunningPod("new", "2", "")});
  transport_.ExpectWatch(kWatch, {json{{"type", "DELETED"}, {"object", RunningPod("old", "1", "c")}}.dump() + "\n"});
  const auto receipt = DeletePod(target_, false, deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "pod old (uid 1) deleted, pod new (uid 2) in its place");
  EXPECT_FALSE(json::parse(transport_.requests[1].body).contains("gracePeriodSeconds"));
}

TEST_F(FaultsTest, AForcedDeletionGivesNoGrace) {
  ExpectPods({RunningPod("old", "1", "c")});
  transport_.Expect("DELETE *", 200, "{}");
  ExpectPods({RunningPod("old", "2", "c")});
  EXPECT_THAT(DeletePod(target_, true, deadline_), Succeeds());
  EXPECT_EQ(json::parse(transport_.requests[1].body)["gracePeriodSeconds"], 0);
}

TEST_F(FaultsTest, WithoutANewPodThereIsNoReceipt) {
  ExpectPods({RunningPod("old", "1", "c")});
  transport_.Expect("DELETE *", 200, "{}");
  ExpectPods({});
  transport_.ExpectWatch(kWatch, {}).Doing([&] { clock_.Advance(std::chrono::seconds(60)); });
  ExpectPods({});
  EXPECT_THAT(DeletePod(target_, false, deadline_),
              FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("no receipt"), HasSubstr("no pod took the place"))));
}

TEST_F(FaultsTest, AFaultNeedsExactlyOnePod) {
  ExpectPods({RunningPod("a", "1", "c"), RunningPod("b", "2", "d")});
  EXPECT_THAT(DeletePod(target_, false, deadline_), FailsWith(ErrorKind::kInconclusive, HasSubstr("there are 2")));
  ExpectPods({});
  EXPECT_THAT(KillContainer(target_, "SIGKILL", deadline_),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("there are 0")));
}

json Restarted(const std::string& id, int restarts, int exit_code) {
  json pod = RunningPod("p", "1", id, restarts);
  pod["status"]["containerStatuses"][0]["lastState"] = {{"terminated", {{"exitCode", exit_code}}}};
  return pod;
}

TEST_F(FaultsTest, KillTellsContainersRestartsAndExitCode) {
  ExpectPods({RunningPod("p", "1", "old-id", 1)});
  runner_.Expect("docker exec n ctr --namespace k8s.io tasks kill --signal SIGKILL old-id");
  ExpectPods({RunningPod("p", "1", "old-id", 1)});
  transport_.ExpectWatch(kWatch, {Modified(Restarted("new-id", 2, 137))});
  const auto receipt = KillContainer(target_, "SIGKILL", deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(),
            "container old-id of pod p got SIGKILL and ended with 137, container new-id in its place, restarts 1 -> 2");
}

TEST_F(FaultsTest, AContainerThatEndedOtherwiseIsNoReceipt) {
  ExpectPods({RunningPod("p", "1", "old-id")});
  runner_.Expect("*");
  ExpectPods({Restarted("new-id", 1, 0)});
  EXPECT_THAT(KillContainer(target_, "SIGKILL", deadline_),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("ended with 0")));
}

TEST_F(FaultsTest, AHeededSignalMustNotLookLikeAKill) {
  ExpectPods({RunningPod("p", "1", "old-id")});
  runner_.Expect("docker exec n ctr --namespace k8s.io tasks kill --signal SIGTERM old-id");
  ExpectPods({Restarted("new-id", 1, 0)});
  const auto receipt = KillContainer(target_, "SIGTERM", deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_THAT(receipt->Text(), HasSubstr("got SIGTERM and ended with 0"));
  ExpectPods({RunningPod("p", "1", "old-id")});
  runner_.Expect("*");
  ExpectPods({Restarted("new-id", 1, 137)});
  EXPECT_THAT(KillContainer(target_, "SIGTERM", deadline_),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("something else ended it")));
}

TEST_F(FaultsTest, AKillThatFailsIsInconclusive) {
  ExpectPods({RunningPod("p", "1", "old-id")});
  runner_.Expect("*", FakeCommandRunner::Failure(1, "no such task"));
  EXPECT_THAT(KillContainer(target_, "SIGKILL", deadline_),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("no such task")));
}

const char* const kPs = "docker exec n ctr --namespace k8s.io tasks ps id";

TEST_F(FaultsTest, FreezeIsDoneWhenEveryProcessIsStopped) {
  ExpectPods({RunningPod("p", "1", "id")});
  // A process is made while the others are being stopped.
  runner_.Expect(kPs, FakeCommandRunner::Success("PID INFO\n10 -\n11 -\n"));
  runner_.Expect("docker exec n kill -STOP 10 11");
  runner_.Expect("docker exec n cat /proc/10/stat /proc/11/stat",
                 FakeCommandRunner::Success("10 (a (b) c) T 1\n11 (x) T 1\n"));
  runner_.Expect(kPs, FakeCommandRunner::Success("PID INFO\n10 -\n11 -\n12 -\n"));
  runner_.Expect(kPs, FakeCommandRunner::Success("PID INFO\n10 -\n11 -\n12 -\n"));
  runner_.Expect("docker exec n kill -STOP 10 11 12");
  runner_.Expect("docker exec n cat *", FakeCommandRunner::Success("10 (a) T 1\n11 (x) T 1\n12 (y) T 1\n"));
  runner_.Expect(kPs, FakeCommandRunner::Success("PID INFO\n10 -\n11 -\n12 -\n"));
  const auto receipt = Freeze(target_, deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_THAT(receipt->pids, ElementsAre(10, 11, 12));
  EXPECT_EQ(receipt->Text(), "all 3 processes of container id of pod p are stopped (state T)");
}

TEST_F(FaultsTest, FreezeLooksAgainWhenAProcessEnded) {
  ExpectPods({RunningPod("p", "1", "id")});
  runner_.Expect(kPs, FakeCommandRunner::Success("PID INFO\n10 -\n11 -\n"));
  runner_.Expect("docker exec n kill -STOP 10 11", FakeCommandRunner::Failure(1, "No such process"));
  runner_.Expect(kPs, FakeCommandRunner::Success("PID INFO\n10 -\n"));
  runner_.Expect("docker exec n kill -STOP 10");
  runner_.Expect("docker exec n cat /proc/10/stat", FakeCommandRunner::Success("10 (a) T 1\n"));
  runner_.Expect(kPs, FakeCommandRunner::Success("PID INFO\n10 -\n"));
  EXPECT_THAT(Freeze(target_, deadline_), Succeeds());
}

TEST_F(FaultsTest, AContainerThatKeepsRunningIsNotFrozen) {
  ExpectPods({RunningPod("p", "1", "id")});
  for (int i = 0; i < 2; ++i) {
    runner_.Expect(kPs, FakeCommandRunner::Success("PID INFO\n10 -\n"));
    runner_.Expect("docker exec n kill -STOP 10");
    runner_.Expect("docker exec n cat *", FakeCommandRunner::Success("10 (a) S 1\n"));
  }
  EXPECT_THAT(Freeze(target_, Deadline::In(clock_, std::chrono::seconds(1))),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("states of processes: S")));
}

const char* const kStates = "docker exec n cat /proc/1/stat /proc/10/stat /proc/11/stat";

TEST_F(FaultsTest, ThawTellsWhatRunsAgainAndWhatEnded) {
  runner_.Expect("docker exec n kill -CONT 10 11", FakeCommandRunner::Failure(1, "10: No such process"));
  runner_.Expect(kStates, CommandResult{Exited{1}, "1 (init) S 0\n11 (x) T 1\n", "10: No such file", Duration(1)});
  runner_.Expect(kStates, CommandResult{Exited{1}, "1 (init) S 0\n11 (x) S 1\n", "10: No such file", Duration(1)});
  const auto receipt = Thaw(node_, clock_, {"p", "id", {10, 11}}, deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "of 2 stopped processes of container id of pod p, 1 run again and 1 ended since");
}

TEST_F(FaultsTest, AZombieHasEnded) {
  runner_.Expect("docker exec n kill -CONT 10 11");
  runner_.Expect(kStates, FakeCommandRunner::Success("1 (init) S 0\n10 (a) Z 1\n11 (x) Z 1\n"));
  const auto receipt = Thaw(node_, clock_, {"p", "id", {10, 11}}, deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->running, 0);
  EXPECT_EQ(receipt->ended, 2);
}

TEST_F(FaultsTest, WhatStaysStoppedIsNotThawed) {
  runner_.Expect("docker exec n kill -CONT 10 11");
  for (int i = 0; i < 2; ++i)
    runner_.Expect(kStates, FakeCommandRunner::Success("1 (init) S 0\n10 (a) S 1\n11 (x) T 1\n"));
  EXPECT_THAT(Thaw(node_, clock_, {"p", "id", {10, 11}}, Deadline::In(clock_, std::chrono::seconds(1))),
              FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("no receipt"), HasSubstr("processes: ST"))));
}

TEST_F(FaultsTest, ANodeThatDoesNotAnswerIsNoProofOfAThaw) {
  runner_.Expect("docker exec n kill -CONT 10 11", FakeCommandRunner::Failure(1, "container is not running"));
  runner_.Expect(kStates, FakeCommandRunner::Failure(1, "container is not running"));
  EXPECT_THAT(Thaw(node_, clock_, {"p", "id", {10, 11}}, deadline_),
              FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("no receipt"), HasSubstr("can't be read"))));
}

TEST_F(FaultsTest, AFrozenContainerRunsForAMomentAndIsKilled) {
  ExpectPods({RunningPod("p", "1", "id")});
  runner_.Expect("docker exec n sh -c *kill -CONT*sleep*kill -KILL* kill 0.010 10 11 10");
  ExpectPods({Restarted("new-id", 1, 137)});
  const auto receipt = KillThawed(target_, {"p", "id", {11, 10}}, Duration(10), deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_THAT(receipt->Text(), HasSubstr("container id of pod p got SIGKILL and ended with 137"));
}

TEST_F(FaultsTest, WhatWasRestartedMeanwhileIsNotTheFrozenOne) {
  ExpectPods({RunningPod("p", "1", "other")});
  EXPECT_THAT(KillThawed(target_, {"p", "id", {10}}, Duration(10), deadline_),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("there is another one already")));
}

TEST_F(FaultsTest, ScaleWaitsForTheNumberOfPods) {
  transport_.Expect("GET */deployments/stalwart", 200, R"({"metadata":{"name":"stalwart"},"spec":{"replicas":1}})");
  transport_.Expect("PATCH */deployments/stalwart", 200, R"({"spec":{"replicas":0}})");
  ExpectPods({RunningPod("p", "1", "id")});
  transport_.ExpectWatch(kWatch, {json{{"type", "DELETED"}, {"object", RunningPod("p", "1", "id")}}.dump() + "\n"});
  const auto receipt = Scale(target_, "stalwart", 0, deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "deployment stalwart scaled from 1 to 0");
}

}  // namespace
}  // namespace e2e
