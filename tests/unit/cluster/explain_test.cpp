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

Deployment OneWanted(int ready) {
  return {.name = "stalwart", .wanted = 1, .ready = ready, .updated = 1, .observed = true, .replica_failure = ""};
}
Snapshot With(const json& pod, std::vector<Event> events = {}) {
  const Pod view = PodFrom(pod);
  return {{OneWanted(view.ready ? 1 : 0)}, {view}, {}, std::move(events)};
}
Event Warning(const std::string& reason, const std::string& message, const std::string& at = "2026-11-24T02:39:00Z") {
  return {.warning = true, .reason = reason, .message = message, .kind = "Pod", .name = "p", .first = at, .last = at};
}

TEST(Explain, GivesTheChainOfCauses) {
  EXPECT_EQ(Explain(With(WaitingPod("p", "ErrImagePull", "no such image"), {Warning("Failed", "pull")})),
            "Deployment stalwart 0/1 <- Pod p Pending <- container stalwart ErrImagePull: no such image; "
            "newest warning: Failed on Pod p: pull");
}

TEST(Explain, TheChainGoesOverTheReplicaSetToTheEvent) {
  json pod = WaitingPod("p", "ContainerCreating", "");
  pod["metadata"]["ownerReferences"] = json::array({{{"kind", "ReplicaSet"}, {"name", "stalwart-5d4f"}}});
  EXPECT_EQ(Explain(With(pod, {Warning("FailedMount", "secret \"tls\" not found")})),
            "Deployment stalwart 0/1 <- ReplicaSet stalwart-5d4f <- Pod p Pending <- container stalwart "
            "ContainerCreating <- FailedMount on Pod p: secret \"tls\" not found");
}

TEST(Explain, TheRuntimesWordsAreInTheEvent) {
  EXPECT_THAT(
      Explain(With(WaitingPod("p", "ImagePullBackOff", "Back-off pulling image \"a:b\""),
                   {Warning("Failed", "Failed to pull image \"a:b\": not found"), Warning("BackOff", "again")})),
      HasSubstr("Back-off pulling image \"a:b\" <- Failed on Pod p: Failed to pull image \"a:b\": not found"));
}

TEST(Explain, TellsAContainerBesideTheServer) {
  json pod = RunningPod("p", "u", "c");
  pod["status"]["conditions"][0]["status"] = "False";
  pod["status"]["containerStatuses"].push_back(
      {{"name", "exporter"}, {"state", {{"waiting", {{"reason", "CrashLoopBackOff"}}}}}});
  EXPECT_THAT(ExplainPod(PodFrom(pod)), HasSubstr("<- container exporter CrashLoopBackOff"));
}

TEST(Explain, TellsAPodThatFailedUntilThereIsAnother) {
  json pod = WaitingPod("p", "", "");
  pod["metadata"]["ownerReferences"] = json::array({{{"kind", "ReplicaSet"}, {"name", "stalwart-5d4f"}}});
  json failed = pod;
  failed["metadata"]["name"] = "old";
  failed["status"] = {{"phase", "Failed"}, {"reason", "Evicted"}, {"message", "too much"}};
  Snapshot snapshot = With(failed);
  EXPECT_THAT(Explain(snapshot), HasSubstr("Pod old Failed <- Evicted: too much"));
  snapshot.pods.push_back(PodFrom(pod));
  EXPECT_THAT(Explain(snapshot), testing::Not(HasSubstr("Evicted")));
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

TEST(Explain, TellsThatNoPodIsWanted) {
  Snapshot snapshot;
  snapshot.deployments = {{.name = "stalwart", .wanted = 0, .observed = true}};
  EXPECT_EQ(Explain(snapshot), "Deployment stalwart wants no pod: 0 replicas <- no pod exists");
}

TEST(Explain, TellsAMissingPodAndAPendingClaim) {
  Snapshot snapshot{{OneWanted(0)}, {}, {{"data", "u", "", "Pending", "standard"}}};
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
    return json{{"type", "Warning"},
                {"lastTimestamp", at},
                {"reason", reason},
                {"message", "m\n"},
                {"involvedObject", {{"kind", "Pod"}, {"name", "p"}}}};
  };
  transport.Expect("GET */events", 200,
                   KubeList({event("2026-11-24T02:39:00Z", "New"), event("2026-11-24T02:30:00Z", "Old")}));
  const auto snapshot = Observe(api, "n", Deadline::In(clock, std::chrono::seconds(5)));
  ASSERT_THAT(snapshot, Succeeds());
  EXPECT_EQ(snapshot->events.back().Text(), "New on Pod p: m");
  EXPECT_EQ(Explain(*snapshot), "everything is ready");
}

}  // namespace
}  // namespace e2e
