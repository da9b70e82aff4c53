// Codes of what keeps pods from being ready, from the words and states that a real cluster shows.
#include "cluster/causes.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <set>

#include "support/kube_objects.h"

namespace e2e {
namespace {

using nlohmann::json;

Event About(const std::string& kind, const std::string& reason, const std::string& message,
            const std::string& at = "2026-11-24T02:39:00Z") {
  return {.warning = true, .reason = reason, .message = message, .kind = kind, .name = "p", .first = at, .last = at};
}
Reason ReasonOfPod(const json& pod, std::vector<Event> events = {}) {
  const Snapshot snapshot{{}, {PodFrom(pod)}, {}, std::move(events)};
  const auto cause = CauseOf(snapshot.pods.front(), snapshot);
  EXPECT_TRUE(cause);
  return cause ? cause->reason : Reason::kStarting;
}

TEST(Reasons, HaveNamesOfTheirOwnInTheOrderOfTheEnum) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < AllReasons().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(AllReasons()[i].reason), i);
    names.insert(AllReasons()[i].name);
  }
  EXPECT_EQ(names.size(), AllReasons().size());
}

TEST(Reasons, OfADeploymentThatWantsNoPod) {
  Snapshot snapshot;
  snapshot.deployments = {{.name = "stalwart", .wanted = 0, .observed = true}};
  const std::vector<Cause> causes = FindCauses(snapshot);
  ASSERT_EQ(causes.size(), 1u);
  EXPECT_EQ(causes.front().reason, Reason::kScaledToZero);
  EXPECT_EQ(causes.front().subject, "Deployment stalwart");
  snapshot.deployments.front().wanted = 1;
  EXPECT_TRUE(FindCauses(snapshot).empty());
}

TEST(Reasons, OfPullsTellAnAbsentImageFromAnAbsentRegistry) {
  const char* const not_found[] = {
      R"(rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/a/b:c": not found)",
      "manifest unknown", "pull access denied, repository does not exist or may require authorization",
      "failed to authorize: unexpected status from HEAD request: 401 unauthorized"};
  for (const char* message : not_found) EXPECT_EQ(ReasonOfPull(message), Reason::kImageNotFound) << message;
  const char* const away[] = {"dial tcp: lookup registry.example: no such host",
                              "dial tcp 127.0.0.1:1: connect: connection refused",
                              "dial tcp 192.0.2.1:443: i/o timeout",
                              "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                              "toomanyrequests: rate limit",
                              "something new"};
  for (const char* message : away) EXPECT_EQ(ReasonOfPull(message), Reason::kImagePullFails) << message;
}

TEST(Reasons, OfConfigurations) {
  EXPECT_EQ(ReasonOfConfig(R"(secret "nowhere" not found)"), Reason::kMissingSecret);
  EXPECT_EQ(ReasonOfConfig(R"(configmap "nowhere" not found)"), Reason::kMissingConfigMap);
  EXPECT_EQ(ReasonOfConfig("couldn't find key b in Secret ns/a"), Reason::kMissingKey);
  EXPECT_EQ(ReasonOfConfig("container has runAsNonRoot and image will run as root"), Reason::kContainerConfigError);
  EXPECT_EQ(ReasonOfConfig("services have not yet been read at least once, cannot construct envvars"),
            Reason::kStarting);
  EXPECT_EQ(ReasonOfMount("references non-existent secret key: b"), Reason::kMissingKey);
  EXPECT_EQ(ReasonOfMount(R"(MountVolume.SetUp failed for volume "x" : object "ns"/"y" not registered)"),
            Reason::kStarting);
  EXPECT_EQ(ReasonOfMount("hostPath type check failed: /x is not a directory"), Reason::kVolumeMountFailed);
}

TEST(Reasons, OfRefusals) {
  EXPECT_EQ(ReasonOfRefusedPod(R"(violates PodSecurity "restricted:latest": …)"), Reason::kPodSecurityForbidden);
  EXPECT_EQ(ReasonOfRefusedPod("exceeded quota: q, requested: pods=1"), Reason::kQuotaExceeded);
  EXPECT_EQ(ReasonOfRefusedPod(R"(error looking up service account n/nobody: serviceaccount "nobody" not found)"),
            Reason::kMissingServiceAccount);
  EXPECT_EQ(ReasonOfRefusedPod("maximum memory usage per Container is 1Gi"), Reason::kPodRefused);
  EXPECT_EQ(ReasonOfRefusedObject("spec.template.metadata.labels: `selector` does not match template `labels`"),
            Reason::kInvalidSelector);
  EXPECT_EQ(ReasonOfRefusedObject("spec.replicas: must not be negative"), Reason::kObjectRefused);
}

TEST(Causes, OfWaitingContainers) {
  const std::pair<const char*, Reason> table[] = {
      {"InvalidImageName", Reason::kInvalidImageName}, {"ErrImageNeverPull", Reason::kImageNotOnNode},
      {"ErrImagePull", Reason::kImagePullFails},       {"CreateContainerConfigError", Reason::kContainerConfigError},
      {"RunContainerError", Reason::kCannotStart},     {"CrashLoopBackOff", Reason::kCrashLoop},
      {"ContainerCreating", Reason::kStarting}};
  for (const auto& [word, reason] : table) EXPECT_EQ(ReasonOfPod(WaitingPod("p", word, "")), reason) << word;
}

TEST(Causes, OfCrashes) {
  json pod = WaitingPod("p", "CrashLoopBackOff", "", 3);
  EXPECT_EQ(ReasonOfPod(pod, {About("Pod", "Killing", "Container stalwart failed liveness probe, will be restarted")}),
            Reason::kLivenessKills);
  EXPECT_EQ(ReasonOfPod(pod, {About("Pod", "Killing", "Container other failed liveness probe, will be restarted")}),
            Reason::kCrashLoop);
  json& ended = pod["status"]["containerStatuses"][0]["lastState"]["terminated"];
  ended["reason"] = "OOMKilled";
  EXPECT_EQ(ReasonOfPod(pod), Reason::kOOMKilled);
  ended["reason"] = "StartError";
  EXPECT_EQ(ReasonOfPod(pod), Reason::kCannotStart);
}

TEST(Causes, OfAContainerThatRunsAndIsNotReady) {
  json pod = RunningPod("p", "u", "c");
  pod["status"]["conditions"][0]["status"] = "False";
  pod["status"]["containerStatuses"][0]["ready"] = false;
  EXPECT_EQ(ReasonOfPod(pod), Reason::kStarting);
  EXPECT_EQ(ReasonOfPod(pod, {About("Pod", "Unhealthy", "Readiness probe failed: 503")}), Reason::kReadinessFails);
  EXPECT_EQ(ReasonOfPod(pod, {About("Pod", "Unhealthy", "Liveness probe failed: 503")}), Reason::kLivenessKills);
}

TEST(Causes, AMountThatFailedOnceIsHistoryWhenTheImageIsPulled) {
  const json pod = WaitingPod("p", "ContainerCreating", "");
  const Event failed = About("Pod", "FailedMount", "MountVolume.SetUp failed for volume \"x\"");
  EXPECT_EQ(ReasonOfPod(pod, {failed}), Reason::kVolumeMountFailed);
  EXPECT_EQ(ReasonOfPod(pod, {About("Pod", "Pulling", "image"), failed}), Reason::kStarting)
      << "the order of events of one second means nothing";
  EXPECT_EQ(ReasonOfPod(pod, {About("Pod", "Pulled", "image", "2026-11-24T02:38:00Z"), failed}),
            Reason::kVolumeMountFailed);
}

TEST(Causes, OfAPodWithoutANode) {
  json pod = WaitingPod("p", "", "");
  json& condition = pod["status"]["conditions"][0];
  condition = {{"type", "PodScheduled"}, {"status", "False"}, {"reason", "Unschedulable"}};
  const std::pair<const char*, Reason> table[] = {
      {"0/1 nodes are available: 1 Insufficient memory.", Reason::kUnschedulable},
      {"0/1 nodes are available: persistentvolumeclaim \"x\" not found.", Reason::kMissingClaim},
      {"0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.",
       Reason::kNodeNotReady}};
  for (const auto& [message, reason] : table) {
    condition["message"] = message;
    EXPECT_EQ(ReasonOfPod(pod), reason) << message;
  }
}

TEST(Causes, OfAPodWhoseClaimHasNoVolume) {
  json pod = WaitingPod("p", "", "");
  pod["spec"]["volumes"] = json::array({{{"name", "d"}, {"persistentVolumeClaim", {{"claimName", "p"}}}}});
  pod["status"]["conditions"][0] = {{"type", "PodScheduled"},
                                    {"reason", "Unschedulable"},
                                    {"message", "pod has unbound immediate PersistentVolumeClaims"}};
  Snapshot snapshot{{}, {PodFrom(pod)}, {{"p", "u", "", "Pending", "standard"}}};
  const auto reason = [&] { return CauseOf(snapshot.pods[0], snapshot)->reason; };
  EXPECT_EQ(reason(), Reason::kClaimPending);
  snapshot.events = {
      About("PersistentVolumeClaim", "ProvisioningFailed", "storageclass.storage.k8s.io \"nowhere\" not found")};
  EXPECT_EQ(reason(), Reason::kNoProvisioner);
  snapshot.events = {};
  snapshot.claims[0].storage_class = "";
  EXPECT_EQ(reason(), Reason::kNoProvisioner);
}

TEST(Causes, TheOnesToActOnComeFirst) {
  json starting = WaitingPod("a", "ContainerCreating", "");
  json broken = WaitingPod("b", "ErrImageNeverPull", "");
  const auto causes = FindCauses({{}, {PodFrom(starting), PodFrom(broken)}, {}});
  ASSERT_EQ(causes.size(), 2u);
  EXPECT_EQ(causes[0].subject, "Pod b container stalwart");
}

}  // namespace
}  // namespace e2e
