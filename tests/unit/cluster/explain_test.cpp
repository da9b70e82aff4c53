#include "cluster/explain.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/fake_kube_transport.h"
#include "support/kube_objects.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const WallTime kNow = *ParseRfc3339("2026-11-24T02:40:00Z");

Deployment OneWanted(int ready) {
  return {.name = "stalwart", .wanted = 1, .ready = ready, .updated = 1, .observed = true, .replica_failure = ""};
}
Snapshot With(const json& pod, std::string warning = "") {
  const Pod view = PodFrom(pod);
  return {{OneWanted(view.ready ? 1 : 0)}, {view}, {}, std::move(warning)};
}

TEST(Explain, GivesTheChainOfCauses) {
  EXPECT_EQ(
      Explain(With(WaitingPod("stalwart-x", "ImagePullBackOff", "no such image"), "Failed on Pod stalwart-x: pull")),
      "Deployment stalwart 0/1 <- Pod stalwart-x Pending <- container stalwart ImagePullBackOff: no such image; "
      "newest warning: Failed on Pod stalwart-x: pull");
}

TEST(Explain, TellsWhatIsReady) {
  EXPECT_EQ(Explain(With(RunningPod("p", "u", "c"))), "everything is ready");
  EXPECT_EQ(ExplainPod(PodFrom(RunningPod("p", "u", "c"))), "Pod p Running, ready");
}

TEST(Explain, TellsACrashLoopWithItsExitCode) {
  EXPECT_THAT(ExplainPod(PodFrom(WaitingPod("p", "CrashLoopBackOff", "back-off 10s", 3))),
              HasSubstr("CrashLoopBackOff: back-off 10s, 3 restarts, last ended with 1 (Error)"));
}

TEST(Explain, TellsARunningContainerThatIsNotReady) {
  json pod = RunningPod("p", "u", "c");
  pod["status"]["conditions"][0]["status"] = "False";
  pod["status"]["containerStatuses"][0]["ready"] = false;
  EXPECT_EQ(ExplainPod(PodFrom(pod)), "Pod p Running <- container stalwart running but not ready");
}

TEST(Explain, AnInitContainerThatFailedComesFirst) {
  json pod = WaitingPod("p", "PodInitializing", "");
  pod["status"]["initContainerStatuses"] = {
      {{"name", "done"}, {"state", {{"terminated", {{"exitCode", 0}}}}}},
      {{"name", "volume"}, {"state", {{"terminated", {{"exitCode", 1}, {"message", "wrong layout"}}}}}}};
  EXPECT_EQ(ExplainPod(PodFrom(pod)), "Pod p Pending <- init container volume ended with 1: wrong layout");
}

TEST(Explain, AnInitContainersLastWordsAreShownWithTheirLines) {
  json pod = WaitingPod("p", "PodInitializing", "");
  pod["status"]["initContainerStatuses"] = {
      {{"name", "layout-guard"},
       {"restartCount", 1},
       {"state", {{"waiting", {{"reason", "CrashLoopBackOff"}, {"message", "back-off"}}}}},
       {"lastState", {{"terminated", {{"exitCode", 1}, {"message", "REFUSED: wrong layout\n  migrate first\n"}}}}}}};
  EXPECT_THAT(ExplainPod(PodFrom(pod)),
              HasSubstr("<- init container layout-guard CrashLoopBackOff: back-off, 1 restarts, last ended with 1: "
                        "REFUSED: wrong layout /   migrate first"));
}

TEST(Explain, ATestThatHasEndedWellIsNoCause) {
  json test = RunningPod("stalwart-test", "t", "c");
  test["status"]["phase"] = "Succeeded";
  test["status"]["conditions"][0]["status"] = "False";
  Snapshot snapshot = With(RunningPod("p", "u", "c"));
  snapshot.pods.push_back(PodFrom(test));
  EXPECT_EQ(Explain(snapshot), "everything is ready");
}

TEST(Explain, TellsAMissingPodAndAPendingClaim) {
  Snapshot snapshot{{OneWanted(0)}, {}, {{"data", "u", "", "Pending", "standard"}}, ""};
  snapshot.deployments[0].replica_failure = "quota exceeded";
  EXPECT_EQ(Explain(snapshot), "Deployment stalwart 0/1 <- quota exceeded <- no pod exists, PVC data Pending");
}

TEST(Explain, SaysSoWhenTheApiIsAway) {
  FakeClock clock;
  FakeKubeTransport transport;
  KubeApi api(transport, clock);
  transport.Expect("*", Error(ErrorKind::kTransport, "connection refused"));
  EXPECT_EQ(Explain(api, "n", Deadline::In(clock, std::chrono::seconds(5))),
            "the Kubernetes API does not answer: connection refused");
}

TEST(Explain, ObservesWithTheNewestWarning) {
  FakeClock clock;
  FakeKubeTransport transport;
  KubeApi api(transport, clock);
  transport.Expect("GET */deployments", 200, KubeList({}));
  transport.Expect("GET */pods", 200, KubeList({RunningPod("p", "u", "c")}));
  transport.Expect("GET */persistentvolumeclaims", 200, KubeList({}));
  const auto event = [](const std::string& at, const std::string& reason) {
    return json{{"lastTimestamp", at},
                {"reason", reason},
                {"message", "m\n"},
                {"involvedObject", {{"kind", "Pod"}, {"name", "p"}}}};
  };
  transport.Expect("GET */events?fieldSelector=type%3DWarning", 200,
                   KubeList({event("2026-11-24T02:39:00Z", "New"), event("2026-11-24T02:30:00Z", "Old")}));
  const auto snapshot = Observe(api, "n", Deadline::In(clock, std::chrono::seconds(5)));
  ASSERT_THAT(snapshot, Succeeds());
  EXPECT_EQ(snapshot->newest_warning, "New on Pod p: m");
}

TEST(Hopeful, StatesThatWontGetBetter) {
  for (const char* reason :
       {"ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError"}) {
    EXPECT_THAT(CheckHopeful(With(WaitingPod("p", reason, "why")), kNow),
                FailsWith(ErrorKind::kExpectation, HasSubstr(std::string(reason) + ": why")));
  }
  EXPECT_THAT(CheckHopeful(With(WaitingPod("p", "CrashLoopBackOff", "", 4)), kNow),
              FailsWith(ErrorKind::kExpectation, HasSubstr("4 restarts")));
}

TEST(Hopeful, AKubeletThatHasJustStartedIsNot) {
  const char* why = "services have not yet been read at least once, cannot construct envvars";
  EXPECT_THAT(CheckHopeful(With(WaitingPod("p", "CreateContainerConfigError", why)), kNow), Succeeds());
}

TEST(Hopeful, StatesThatMayGetBetter) {
  for (const char* reason : {"ContainerCreating", "PodInitializing", "CreateContainerError"}) {
    EXPECT_THAT(CheckHopeful(With(WaitingPod("p", reason, "")), kNow), Succeeds());
  }
  EXPECT_THAT(CheckHopeful(With(WaitingPod("p", "CrashLoopBackOff", "", 3)), kNow), Succeeds());
  EXPECT_THAT(CheckHopeful(With(RunningPod("p", "u", "c", 9)), kNow), Succeeds());
  json deleted = WaitingPod("p", "ImagePullBackOff", "");
  deleted["metadata"]["deletionTimestamp"] = "2026-11-24T02:30:00Z";
  EXPECT_THAT(CheckHopeful(With(deleted), kNow), Succeeds()) << "a pod that goes away anyway";
}

TEST(Hopeful, AnInitContainerThatKeepsRefusing) {
  json pod = WaitingPod("p", "PodInitializing", "");
  json& init = pod["status"]["initContainerStatuses"][0];
  init = {{"name", "layout-guard"},
          {"restartCount", 1},
          {"state", {{"waiting", {{"reason", "CrashLoopBackOff"}}}}},
          {"lastState", {{"terminated", {{"exitCode", 1}, {"message", "wrong layout"}}}}}};
  EXPECT_THAT(CheckHopeful(With(pod), kNow), Succeeds()) << "it gets another try";
  init["restartCount"] = 2;
  EXPECT_THAT(CheckHopeful(With(pod), kNow), FailsWith(ErrorKind::kExpectation, HasSubstr("wrong layout")));
}

TEST(Hopeful, PodsThatTheNamespaceForbids) {
  Snapshot snapshot{{OneWanted(0)}, {}, {}, ""};
  snapshot.deployments[0].replica_failure = "exceeded quota";
  EXPECT_THAT(CheckHopeful(snapshot, kNow), Succeeds()) << "a quota may be raised";
  snapshot.deployments[0].replica_failure = R"(pods "x" is forbidden: violates PodSecurity "restricted:latest": …)";
  EXPECT_THAT(CheckHopeful(snapshot, kNow), FailsWith(ErrorKind::kExpectation, HasSubstr("restricted:latest")));
}

TEST(Hopeful, NoNodeForAMinute) {
  Pod pod;
  pod.name = "p";
  pod.phase = "Pending";
  pod.unschedulable = "Insufficient memory";
  pod.unschedulable_since = kNow - std::chrono::seconds(59);
  EXPECT_THAT(CheckPodsHopeful({pod}, kNow), Succeeds());
  pod.unschedulable_since = kNow - std::chrono::seconds(61);
  EXPECT_THAT(CheckPodsHopeful({pod}, kNow), FailsWith(ErrorKind::kExpectation, HasSubstr("Insufficient memory")));
}

TEST(Hopeful, AClaimWithoutAClass) {
  const Claim waiting{"data", "u", "", "Pending", "standard"};
  const Claim lost{"data", "u", "", "Pending", ""};
  EXPECT_THAT(CheckHopeful({{}, {}, {waiting}, ""}, kNow), Succeeds());
  EXPECT_THAT(CheckHopeful({{}, {}, {lost}, ""}, kNow), FailsWith(ErrorKind::kExpectation, HasSubstr("storage class")));
}

}  // namespace
}  // namespace e2e
