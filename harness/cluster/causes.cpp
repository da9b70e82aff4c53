#include "cluster/causes.h"

#include <fmt/format.h>

#include <algorithm>

namespace e2e {
namespace {

// The newest event on an object that `wanted` takes.
template <typename Wanted>
const Event* Newest(const Snapshot& snapshot, std::string_view kind, const std::string& name, Wanted wanted) {
  for (auto event = snapshot.events.rbegin(); event != snapshot.events.rend(); ++event) {
    if (event->kind == kind && event->name == name && wanted(*event)) return &*event;
  }
  return nullptr;
}

bool Has(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

const Event* KillByProbe(const Snapshot& snapshot, const Pod& pod, const Container& container) {
  return Newest(snapshot, "Pod", pod.name, [&](const Event& event) {
    return event.reason == "Killing" && Has(event.message, "Container " + container.name + " failed ") &&
           (Has(event.message, "liveness probe") || Has(event.message, "startup probe"));
  });
}

Reason ReasonOfCrash(const Snapshot& snapshot, const Pod& pod, const Container& container, bool init) {
  const std::string ended = container.last_terminated ? container.last_terminated->reason : "";
  if (ended == "StartError" || ended == "ContainerCannotRun") return Reason::kCannotStart;
  if (ended == "OOMKilled") return Reason::kOOMKilled;
  if (init) return Reason::kInitFailed;
  return KillByProbe(snapshot, pod, container) != nullptr ? Reason::kLivenessKills : Reason::kCrashLoop;
}

// An event keeps its first time for as long as it is repeated. For a container that has run before it may be one of
// another day.
std::optional<WallTime> SinceOf(const Event* event, const Container& container) {
  return event == nullptr || !container.id.empty() ? std::nullopt : ParseRfc3339(event->first);
}

// The runtime's own words stand in the event where the kubelet's state says only that it waits.
Cause PullCause(const Snapshot& snapshot, const Pod& pod, const Container& container, Cause cause) {
  const Event* failed = Newest(snapshot, "Pod", pod.name, [](const Event& event) {
    return event.reason == "Failed" && Has(event.message, "Failed to pull image");
  });
  const bool bare = container.waiting_message.find("Err") == std::string::npos &&
                    container.waiting_reason == "ImagePullBackOff" && failed != nullptr;
  cause.reason = ReasonOfPull(bare ? failed->message : container.waiting_message);
  if (bare) cause.evidence = failed->Text();
  cause.since = SinceOf(failed, container);
  return cause;
}

std::optional<Cause> WaitingCause(const Snapshot& snapshot, const Pod& pod, const Container& container, bool init,
                                  Cause cause) {
  const std::string& why = container.waiting_reason;
  if (why == "InvalidImageName") {
    cause.reason = Reason::kInvalidImageName;
  } else if (why == "ErrImageNeverPull") {
    cause.reason = Reason::kImageNotOnNode;
  } else if (why == "CreateContainerConfigError") {
    cause.reason = ReasonOfConfig(container.waiting_message);
    cause.since = SinceOf(Newest(snapshot, "Pod", pod.name,
                                 [&](const Event& event) {
                                   return event.reason == "Failed" && Has(event.message, container.waiting_message);
                                 }),
                          container);
  } else if (why == "RunContainerError" || why == "CreateContainerError") {
    // The second one also comes and goes while a node starts anew.
    cause.reason = Reason::kCannotStart;
    cause.restarts = container.restart_count;
  } else if (why == "CrashLoopBackOff") {
    cause.reason = ReasonOfCrash(snapshot, pod, container, init);
    cause.restarts = container.restart_count;
    if (cause.reason == Reason::kLivenessKills) cause.evidence = KillByProbe(snapshot, pod, container)->Text();
  } else if (why.find("Image") != std::string::npos || why == "RegistryUnavailable") {
    return PullCause(snapshot, pod, container, std::move(cause));
  } else {
    return std::nullopt;
  }
  return cause;
}

std::optional<Cause> ContainerCause(const Snapshot& snapshot, const Pod& pod, const Container& container, bool init) {
  Cause cause{.subject = fmt::format("Pod {} container {}", pod.name, container.name)};
  if (!container.waiting_reason.empty()) return WaitingCause(snapshot, pod, container, init, std::move(cause));
  const bool ended = container.started_at.empty() && container.last_terminated;
  if (ended && container.last_terminated->exit_code == 0 && init) return std::nullopt;
  if (ended) {
    // Kubelets show an init container like this, and not in CrashLoopBackOff, while it is backing off.
    cause.reason = ReasonOfCrash(snapshot, pod, container, init);
    cause.restarts = container.restart_count;
    return cause;
  }
  if (container.started_at.empty() || container.ready || init) return std::nullopt;
  const Event* unhealthy = Newest(snapshot, "Pod", pod.name, [](const Event& e) { return e.reason == "Unhealthy"; });
  if (unhealthy == nullptr) return std::nullopt;
  cause.reason = Has(unhealthy->message, "Readiness") ? Reason::kReadinessFails : Reason::kLivenessKills;
  cause.evidence = unhealthy->Text();
  return cause;
}

// Nothing once the kubelet has gone on to the images. Events of the same second may come in any order.
std::optional<Cause> MountCause(const Snapshot& snapshot, const Pod& pod) {
  const Event* failed = Newest(snapshot, "Pod", pod.name, [](const Event& event) {
    return event.reason == "FailedMount" || event.reason == "FailedAttachVolume";
  });
  if (failed == nullptr) return std::nullopt;
  const Event* later = Newest(snapshot, "Pod", pod.name, [&](const Event& event) {
    return event.last >= failed->last &&
           (event.reason == "Pulling" || event.reason == "Pulled" || event.reason == "Created");
  });
  if (later != nullptr) return std::nullopt;
  return Cause{.reason = ReasonOfMount(failed->message),
               .subject = "Pod " + pod.name,
               .evidence = failed->Text(),
               .since = SinceOf(failed, pod.container)};
}

const Claim* UnboundClaim(const Pod& pod, const Snapshot& snapshot) {
  for (const Claim& claim : snapshot.claims) {
    if (claim.phase != "Bound" && std::find(pod.claims.begin(), pod.claims.end(), claim.name) != pod.claims.end())
      return &claim;
  }
  return nullptr;
}

std::optional<Cause> UnscheduledCause(const Pod& pod, const Snapshot& snapshot) {
  const Claim* claim = UnboundClaim(pod, snapshot);
  if (pod.unschedulable.empty()) {
    // Its volume is being made before the pod gets its node.
    const bool untouched = pod.container.waiting_reason.empty() && pod.container.id.empty();
    return claim != nullptr && untouched ? CauseOf(*claim, snapshot) : std::nullopt;
  }
  if (claim != nullptr && Has(pod.unschedulable, "PersistentVolumeClaims")) return CauseOf(*claim, snapshot);
  Cause cause{.reason = Reason::kUnschedulable, .subject = "Pod " + pod.name, .since = pod.unschedulable_since};
  if (Has(pod.unschedulable, "persistentvolumeclaim \"")) cause.reason = Reason::kMissingClaim;
  if (Has(pod.unschedulable, "node.kubernetes.io/not-ready") ||
      Has(pod.unschedulable, "node.kubernetes.io/unreachable"))
    cause.reason = Reason::kNodeNotReady;
  return cause;
}

// A pod that failed is history once its owner has made another one.
std::optional<Cause> FailedPodCause(const Pod& pod, const Snapshot& snapshot) {
  const bool replaced =
      !pod.owner.empty() && std::any_of(snapshot.pods.begin(), snapshot.pods.end(),
                                        [&](const Pod& p) { return p.owner == pod.owner && p.phase != "Failed"; });
  if (replaced) return std::nullopt;
  Cause cause{.reason = pod.failed_reason == "Evicted" ? Reason::kEvicted : Reason::kPodFailed,
              .subject = "Pod " + pod.name};
  return cause;
}

}  // namespace

std::optional<Cause> CauseOf(const Claim& claim, const Snapshot& snapshot) {
  if (claim.phase == "Bound") return std::nullopt;
  Cause cause{.reason = Reason::kClaimPending, .subject = "PVC " + claim.name};
  if (claim.storage_class.empty()) cause.reason = Reason::kNoProvisioner;
  const Event* failed =
      Newest(snapshot, "PersistentVolumeClaim", claim.name, [](const Event& event) { return event.warning; });
  if (failed == nullptr) return cause;
  cause.evidence = failed->Text();
  if (Has(failed->message, "storageclass") && Has(failed->message, "not found")) {
    cause.reason = Reason::kNoProvisioner;
    cause.since = ParseRfc3339(failed->first);
  }
  return cause;
}

std::optional<Cause> CauseOf(const Pod& pod, const Snapshot& snapshot) {
  if (pod.ready || pod.deleting || pod.phase == "Succeeded") return std::nullopt;
  if (pod.phase == "Failed") return FailedPodCause(pod, snapshot);
  if (auto cause = UnscheduledCause(pod, snapshot)) return cause;
  for (const Container& init : pod.init_containers) {
    if (auto cause = ContainerCause(snapshot, pod, init, true)) return cause;
  }
  if (auto cause = ContainerCause(snapshot, pod, pod.container, false)) return cause;
  for (const Container& other : pod.other_containers) {
    if (auto cause = ContainerCause(snapshot, pod, other, false)) return cause;
  }
  const std::string& waiting = pod.container.waiting_reason;
  if (waiting == "ContainerCreating" || waiting == "PodInitializing") {
    if (auto cause = MountCause(snapshot, pod)) return cause;
  }
  return Cause{.subject = "Pod " + pod.name};
}

std::vector<Cause> FindCauses(const Snapshot& snapshot) {
  std::vector<Cause> causes;
  for (const Deployment& deployment : snapshot.deployments) {
    if (deployment.wanted == 0)
      causes.push_back({.reason = Reason::kScaledToZero, .subject = "Deployment " + deployment.name});
    if (deployment.replica_failure.empty()) continue;
    causes.push_back({.reason = ReasonOfRefusedPod(deployment.replica_failure),
                      .subject = "Deployment " + deployment.name,
                      .since = deployment.replica_failure_since});
  }
  for (const Pod& pod : snapshot.pods) {
    if (auto cause = CauseOf(pod, snapshot)) causes.push_back(std::move(*cause));
  }
  for (const Claim& claim : snapshot.claims) {
    if (auto cause = CauseOf(claim, snapshot)) causes.push_back(std::move(*cause));
  }
  const auto rank = [](const Cause& cause) {
    return cause.reason == Reason::kStarting ? 2 : InfoOf(cause.reason).hopeless.held ? 0 : 1;
  };
  std::stable_sort(causes.begin(), causes.end(), [&](const Cause& a, const Cause& b) { return rank(a) < rank(b); });
  return causes;
}

}  // namespace e2e
