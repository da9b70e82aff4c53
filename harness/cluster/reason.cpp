#include "cluster/reason.h"

#include <fmt/format.h>

namespace e2e {
namespace {

constexpr HopelessAfter Held(int seconds) {
  return {Duration(seconds * 1000), 0};
}
constexpr HopelessAfter Restarts(int count) {
  return {Duration(0), count};
}
constexpr HopelessAfter kNever{std::nullopt, 0};

}  // namespace

const std::vector<ReasonInfo>& AllReasons() {
  // What nobody but a person changes is hopeless at once; what another controller or a pod that ends may change gets a
  // while. The kubelet tries an image or a mount again after 10 to 20 s, so that shorter limits would end on one try.
  static const std::vector<ReasonInfo> kAll = {
      {Reason::kObjectRefused, "ObjectRefused", "the API refuses the object", Held(0)},
      {Reason::kInvalidSelector, "InvalidSelector", "the workload's selector does not match its own pods", Held(0)},
      {Reason::kScaledToZero, "ScaledToZero", "the Deployment wants no pod", Held(10)},
      {Reason::kPodSecurityForbidden, "PodSecurityForbidden", "the namespace's Pod Security Standard forbids the pod",
       Held(0)},
      {Reason::kQuotaExceeded, "QuotaExceeded", "the namespace's quota has no room for the pod", Held(30)},
      {Reason::kMissingServiceAccount, "MissingServiceAccount", "the pod's service account does not exist", Held(20)},
      {Reason::kPodRefused, "PodRefused", "the API refuses the pod: a limit range, a webhook, its fields", Held(20)},
      {Reason::kMissingClaim, "MissingClaim", "the pod's claim does not exist", Held(20)},
      {Reason::kNoProvisioner, "NoProvisioner", "no storage class, or none that exists, stands behind the claim",
       Held(15)},
      {Reason::kClaimPending, "ClaimPending", "the claim has no volume yet", kNever},
      {Reason::kUnschedulable, "Unschedulable", "no node takes the pod", Held(30)},
      {Reason::kNodeNotReady, "NodeNotReady", "the node is not ready yet", kNever},
      {Reason::kMissingSecret, "MissingSecret", "a Secret of the pod does not exist", Held(20)},
      {Reason::kMissingConfigMap, "MissingConfigMap", "a ConfigMap of the pod does not exist", Held(20)},
      {Reason::kMissingKey, "MissingKey", "a Secret or ConfigMap lacks a key that the pod names", Held(20)},
      {Reason::kVolumeMountFailed, "VolumeMountFailed", "a volume can't be mounted", Held(60)},
      {Reason::kContainerConfigError, "ContainerConfigError", "the container's configuration can't be carried out",
       Held(20)},
      {Reason::kInvalidImageName, "InvalidImageName", "the image's name is not one", Held(0)},
      {Reason::kImageNotOnNode, "ImageNotOnNode", "the node does not have the image and may not pull it", Held(0)},
      {Reason::kImageNotFound, "ImageNotFound", "the registry has no such image, or shows it to others only", Held(5)},
      {Reason::kImagePullFails, "ImagePullFails", "the image can't be pulled: registry away, or broken", Held(30)},
      {Reason::kCannotStart, "CannotStart", "the runtime can't start the container's program", Restarts(2)},
      {Reason::kInitFailed, "InitFailed", "an init container fails each time", Restarts(2)},
      {Reason::kOOMKilled, "OOMKilled", "the container needs more memory than its limit", Restarts(3)},
      {Reason::kLivenessKills, "LivenessKills", "the liveness or startup probe has the container killed", Restarts(3)},
      {Reason::kCrashLoop, "CrashLoop", "the container ends each time", Restarts(4)},
      {Reason::kEvicted, "Evicted", "the node threw the pod out", Held(10)},
      {Reason::kPodFailed, "PodFailed", "the pod ended and will not be started again", Held(10)},
      {Reason::kReadinessFails, "ReadinessFails", "the container runs, but its readiness probe fails", kNever},
      {Reason::kStarting, "Starting", "nothing is known to be wrong", kNever},
  };
  return kAll;
}

std::string Text(const HopelessAfter& limit) {
  if (!limit.held) return "never";
  if (limit.restarts > 0) return fmt::format("after {} restarts", limit.restarts);
  if (*limit.held == Duration(0)) return "at once";
  return fmt::format("after {} s", std::chrono::duration_cast<std::chrono::seconds>(*limit.held).count());
}

const ReasonInfo& InfoOf(Reason reason) {
  return AllReasons()[static_cast<std::size_t>(reason)];
}

}  // namespace e2e
