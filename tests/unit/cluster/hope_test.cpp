// When waiting is hopeless, and above all when it is not.
#include "cluster/hope.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/kube_objects.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

Snapshot Of(const json& pod) {
  return {{}, {PodFrom(pod)}, {}};
}

class HopeTest : public testing::Test {
 protected:
  Status After(Duration pause, const Snapshot& snapshot) {
    clock_.Advance(pause);
    return hope_.Check(snapshot, clock_.Now());
  }
  static json Crashing(int restarts) { return WaitingPod("p", "CrashLoopBackOff", "back-off", restarts); }

  FakeClock clock_;
  Hope hope_;
};

TEST_F(HopeTest, WhatNobodyCanHealIsHopelessAtOnce) {
  const Status status = After(seconds(0), Of(WaitingPod("p", "ErrImageNeverPull", "not present")));
  EXPECT_THAT(
      status,
      FailsWith(ErrorKind::kExpectation,
                AllOf(HasSubstr("waiting is hopeless, the node does not have the image"),
                      HasSubstr("container stalwart ErrImageNeverPull: not present"),
                      HasSubstr("ImageNotOnNode of Pod p container stalwart for 0ms; that is hopeless at once"))));
  EXPECT_EQ(status.error().reason(), "ImageNotOnNode");
}

TEST_F(HopeTest, AStateGetsItsTime) {
  const Snapshot snapshot = Of(WaitingPod("p", "CreateContainerConfigError", "secret \"x\" not found"));
  EXPECT_THAT(After(seconds(0), snapshot), Succeeds());
  EXPECT_THAT(After(seconds(19), snapshot), Succeeds());
  const Status status = After(seconds(1), snapshot);
  EXPECT_THAT(status, FailsWith(ErrorKind::kExpectation, HasSubstr("for 20.0s; that is hopeless after 20 s")));
  EXPECT_EQ(status.error().reason(), "MissingSecret");
}

TEST_F(HopeTest, ABreakInBetweenCountsFromTheStart) {
  const Snapshot broken = Of(WaitingPod("p", "ErrImagePull", "connection refused"));
  EXPECT_THAT(After(seconds(0), broken), Succeeds());
  EXPECT_THAT(After(seconds(25), Of(WaitingPod("p", "ContainerCreating", ""))), Succeeds());
  EXPECT_THAT(After(seconds(10), broken), Succeeds());
  EXPECT_THAT(After(seconds(29), broken), Succeeds());
  EXPECT_THAT(After(seconds(1), broken), FailsWith(ErrorKind::kExpectation, HasSubstr("connection refused")));
}

TEST_F(HopeTest, APodThatCrashesTwiceAndRecoversIsNot) {
  for (int restarts = 0; restarts <= 3; ++restarts) {
    EXPECT_THAT(After(seconds(60), Of(Crashing(restarts))), Succeeds()) << restarts;
  }
  EXPECT_THAT(After(seconds(1), Of(RunningPod("p", "u", "c", 9))), Succeeds()) << "however often it was restarted";
  EXPECT_THAT(After(seconds(1), Of(Crashing(4))), FailsWith(ErrorKind::kExpectation, HasSubstr("4 restarts")));
}

TEST_F(HopeTest, AContainerThatIsBeingStartedAgainIsNot) {
  json running = RunningPod("p", "u", "c", 7);
  running["status"]["conditions"][0]["status"] = "False";
  running["status"]["containerStatuses"][0]["ready"] = false;
  for (int i = 0; i < 10; ++i) EXPECT_THAT(After(seconds(60), Of(running)), Succeeds());
}

TEST_F(HopeTest, AnInitContainerGetsOneMoreTry) {
  json pod = WaitingPod("p", "PodInitializing", "");
  json& init = pod["status"]["initContainerStatuses"][0];
  init = {{"name", "guard"},
          {"restartCount", 1},
          {"state", {{"waiting", {{"reason", "CrashLoopBackOff"}}}}},
          {"lastState", {{"terminated", {{"exitCode", 1}, {"message", "wrong layout"}}}}}};
  EXPECT_THAT(After(seconds(0), Of(pod)), Succeeds());
  init["restartCount"] = 2;
  const Status status = After(seconds(1), Of(pod));
  EXPECT_THAT(status, FailsWith(ErrorKind::kExpectation, HasSubstr("wrong layout")));
  EXPECT_EQ(status.error().reason(), "InitFailed");
}

// Seen on Kubernetes 1.37: while it is backing off its state is how it ended.
TEST_F(HopeTest, AnInitContainerThatHasEndedAgainCountsToo) {
  json pod = WaitingPod("p", "PodInitializing", "");
  pod["status"]["initContainerStatuses"][0] = {
      {"name", "guard"}, {"restartCount", 2}, {"state", {{"terminated", {{"exitCode", 7}, {"reason", "Error"}}}}}};
  const Status status = After(seconds(0), Of(pod));
  EXPECT_THAT(status, FailsWith(ErrorKind::kExpectation, HasSubstr("ended with 7 (Error), 2 restarts")));
  EXPECT_EQ(status.error().reason(), "InitFailed");
}

TEST_F(HopeTest, StatesThatHealByThemselvesNeverAre) {
  json kubelet = WaitingPod("p", "CreateContainerConfigError", "services have not yet been read at least once");
  json creating = WaitingPod("p", "ContainerCreating", "");
  json error = WaitingPod("p", "CreateContainerError", "");
  json deleted = WaitingPod("p", "ErrImageNeverPull", "");
  deleted["metadata"]["deletionTimestamp"] = "2026-11-24T02:30:00Z";
  for (const json& pod : {kubelet, creating, error, deleted}) {
    Hope hope;
    EXPECT_THAT(hope.Check(Of(pod), clock_.Now()), Succeeds());
    EXPECT_THAT(hope.Check(Of(pod), clock_.Now() + std::chrono::hours(1)), Succeeds()) << pod.dump();
  }
}

// The condition's time and the API's Date are of one clock, whatever the harness's says.
TEST_F(HopeTest, TheClusterMayTellSinceWhenByItsOwnClock) {
  Snapshot snapshot = Of(WaitingPod("p", "", ""));
  Pod& pod = snapshot.pods[0];
  pod.unschedulable = "Insufficient memory";
  pod.unschedulable_since = ParseRfc3339("1999-12-31T23:00:00Z");
  snapshot.taken_at = *pod.unschedulable_since + seconds(29);
  EXPECT_THAT(After(seconds(0), snapshot), Succeeds());
  snapshot.taken_at = *pod.unschedulable_since + seconds(30);
  const Status status = After(seconds(0), snapshot);
  EXPECT_THAT(status, FailsWith(ErrorKind::kExpectation, HasSubstr("Insufficient memory")));
  EXPECT_EQ(status.error().reason(), "Unschedulable");
}

TEST_F(HopeTest, WithoutTheClustersClockOnlyTheWaitsOwnTimeCounts) {
  Snapshot snapshot = Of(WaitingPod("p", "", ""));
  snapshot.pods[0].unschedulable = "Insufficient memory";
  for (const char* skewed : {"1999-12-31T23:00:00Z", "2099-12-31T23:00:00Z"}) {
    Hope hope;
    snapshot.pods[0].unschedulable_since = ParseRfc3339(skewed);
    EXPECT_THAT(hope.Check(snapshot, clock_.Now()), Succeeds());
    EXPECT_THAT(hope.Check(snapshot, clock_.Now() + seconds(30)), FailsWith(ErrorKind::kExpectation, testing::_));
  }
}

TEST_F(HopeTest, AnEventOfAnotherDayDoesNotCount) {
  Snapshot snapshot = Of(WaitingPod("p", "ErrImagePull", "connection refused"));
  snapshot.pods[0].container.id = "of-the-run-before";
  snapshot.events = {{.warning = true,
                      .reason = "Failed",
                      .message = "Failed to pull image: connection refused",
                      .kind = "Pod",
                      .name = "p",
                      .first = "2026-11-23T00:00:00Z",
                      .last = "2026-11-24T00:00:00Z"}};
  snapshot.taken_at = ParseRfc3339("2026-11-24T00:00:00Z");
  EXPECT_THAT(After(seconds(0), snapshot), Succeeds());
  snapshot.pods[0].container.id = "";
  EXPECT_THAT(After(seconds(0), snapshot), FailsWith(ErrorKind::kExpectation, testing::_));
}

TEST_F(HopeTest, PodsThatMayNotBeMade) {
  Snapshot snapshot{{{.name = "stalwart", .wanted = 1, .observed = true}}, {}, {}};
  std::string& failure = snapshot.deployments[0].replica_failure;
  failure = "exceeded quota";
  EXPECT_THAT(After(seconds(0), snapshot), Succeeds()) << "a pod that ends makes room";
  failure = R"(pods "x" is forbidden: violates PodSecurity "restricted:latest": …)";
  const Status status = After(seconds(1), snapshot);
  EXPECT_THAT(status, FailsWith(ErrorKind::kExpectation, HasSubstr("restricted:latest")));
  EXPECT_EQ(status.error().reason(), "PodSecurityForbidden");
}

}  // namespace
}  // namespace e2e
