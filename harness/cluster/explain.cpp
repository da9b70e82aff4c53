#include "cluster/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cluster/events.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr Duration kLongestUnschedulable{60'000};
constexpr std::size_t kMessageLines = 4;
// What an init container refuses, it refuses again; one more try is for what was only slow.
constexpr int kInitCrashLimit = 2;
// CreateContainerError isn't here: it also comes and goes while a node starts anew.
constexpr std::array<std::string_view, 5> kHopelessReasons = {"ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff",
                                                              "InvalidImageName", "CreateContainerConfigError"};

bool IsHopeless(const Container& container) {
  // A kubelet that has just started knows no Service yet, and will in a moment.
  if (container.waiting_message.find("have not yet been read") != std::string::npos) return false;
  const std::string& reason = container.waiting_reason;
  return std::find(kHopelessReasons.begin(), kHopelessReasons.end(), reason) != kHopelessReasons.end();
}

bool IsCrashing(const Container& container, int limit) {
  return container.waiting_reason == "CrashLoopBackOff" && container.restart_count >= limit;
}

std::string EndText(const Termination& end) {
  std::string text = fmt::format("ended with {}", end.exit_code);
  if (!end.reason.empty()) text += fmt::format(" ({})", end.reason);
  // An init container's last lines: the reason, and what to do about it.
  if (!end.message.empty()) text += ": " + Join(Split(Tail(Trim(end.message), kMessageLines), '\n'), " / ");
  return text;
}

// Empty for a container that is as it should be.
std::string ContainerText(const Container& container, bool must_be_ready) {
  std::string text;
  if (!container.waiting_reason.empty()) {
    text = container.waiting_reason;
    if (!container.waiting_message.empty()) text += ": " + container.waiting_message;
  } else if (container.started_at.empty() && container.last_terminated) {
    if (!must_be_ready && container.last_terminated->exit_code == 0) return "";
    return fmt::format("container {} {}", container.name, EndText(*container.last_terminated));
  } else if (container.started_at.empty()) {
    text = "not started";
  } else if (must_be_ready && !container.ready) {
    text = "running but not ready";
  } else {
    return "";
  }
  if (container.restart_count > 0) text += fmt::format(", {} restarts", container.restart_count);
  if (container.restart_count > 0 && container.last_terminated) text += ", last " + EndText(*container.last_terminated);
  return fmt::format("container {} {}", container.name, text);
}

Error Hopeless(const Pod& pod) {
  return Error(ErrorKind::kExpectation, fmt::format("waiting is hopeless: {}", ExplainPod(pod)));
}

std::string NewestWarning(const std::vector<json>& events) {
  const auto newest = std::max_element(events.begin(), events.end(),
                                       [](const json& a, const json& b) { return EventTime(a) < EventTime(b); });
  return newest == events.end() ? "" : EventText(*newest);
}

}  // namespace

std::string ExplainPod(const Pod& pod) {
  std::string text = fmt::format("Pod {} {}", pod.name, pod.phase);
  if (pod.deleting) return text + ", being deleted";
  if (pod.ready) return text + ", ready";
  if (!pod.unschedulable.empty()) return text + " <- unschedulable: " + pod.unschedulable;
  for (const Container& init : pod.init_containers) {
    if (const std::string why = ContainerText(init, false); !why.empty()) return text + " <- init " + why;
  }
  const std::string why = ContainerText(pod.container, true);
  return why.empty() ? text + ", not ready" : text + " <- " + why;
}

std::string Explain(const Snapshot& snapshot) {
  std::vector<std::string> chains;
  for (const Deployment& deployment : snapshot.deployments) {
    if (deployment.observed && deployment.ready >= deployment.wanted && deployment.updated >= deployment.wanted)
      continue;
    std::string chain = fmt::format("Deployment {} {}/{}", deployment.name, deployment.ready, deployment.wanted);
    if (!deployment.replica_failure.empty()) chain += " <- " + deployment.replica_failure;
    chains.push_back(std::move(chain));
  }
  std::vector<std::string> causes;
  for (const Pod& pod : snapshot.pods) {
    // A test that has ended well is no cause.
    if (pod.phase == "Succeeded") continue;
    if (!pod.ready || pod.deleting) causes.push_back(ExplainPod(pod));
  }
  for (const Claim& claim : snapshot.claims) {
    if (claim.phase != "Bound") causes.push_back(fmt::format("PVC {} {}", claim.name, claim.phase));
  }
  if (chains.empty() && causes.empty()) return "everything is ready";
  if (!chains.empty() && snapshot.pods.empty()) causes.insert(causes.begin(), "no pod exists");
  if (!causes.empty()) chains.push_back(Join(causes, ", "));
  std::string text = Join(chains, " <- ");
  if (!snapshot.newest_warning.empty()) text += "; newest warning: " + snapshot.newest_warning;
  return text;
}

Outcome<Snapshot> Observe(KubeApi& api, const std::string& ns, Deadline deadline) {
  const std::string doing = "looking at namespace " + ns;
  Snapshot snapshot;
  E2E_TRY(const auto deployments, api.List({.path = GroupPath("apps/v1", ns, "deployments")}, deadline), doing);
  for (const json& object : deployments) snapshot.deployments.push_back(DeploymentFrom(object));
  E2E_TRY(snapshot.pods, Pods(api, ns, "", deadline), doing);
  E2E_TRY(const auto claims, api.List({.path = CorePath(ns, "persistentvolumeclaims")}, deadline), doing);
  for (const json& object : claims) snapshot.claims.push_back(ClaimFrom(object));
  E2E_TRY(const auto warnings, api.List({.path = CorePath(ns, "events"), .field_selector = "type=Warning"}, deadline),
          doing);
  snapshot.newest_warning = NewestWarning(warnings);
  return snapshot;
}

std::string Explain(KubeApi& api, const std::string& ns, Deadline deadline) {
  const auto snapshot = Observe(api, ns, deadline);
  return snapshot ? Explain(*snapshot) : "the Kubernetes API does not answer: " + snapshot.error().message();
}

Status CheckPodsHopeful(const std::vector<Pod>& pods, WallTime now, int crash_limit) {
  for (const Pod& pod : pods) {
    if (pod.deleting) continue;
    for (const Container& init : pod.init_containers) {
      if (IsHopeless(init) || IsCrashing(init, std::min(crash_limit, kInitCrashLimit))) return Hopeless(pod);
    }
    if (IsHopeless(pod.container) || IsCrashing(pod.container, crash_limit)) return Hopeless(pod);
    if (pod.unschedulable_since && now - *pod.unschedulable_since > kLongestUnschedulable) return Hopeless(pod);
  }
  return {};
}

Status CheckHopeful(const Snapshot& snapshot, WallTime now) {
  for (const Deployment& deployment : snapshot.deployments) {
    // Neither the pod's template nor the namespace's labels change by waiting.
    if (deployment.replica_failure.find("violates PodSecurity") == std::string::npos) continue;
    return Error(ErrorKind::kExpectation, fmt::format("waiting is hopeless: {}", Explain(snapshot)));
  }
  for (const Claim& claim : snapshot.claims) {
    if (claim.phase != "Pending" || !claim.storage_class.empty()) continue;
    return Error(
        ErrorKind::kExpectation,
        fmt::format("waiting is hopeless: PVC {} names no storage class and the cluster gave it none", claim.name));
  }
  Status pods = CheckPodsHopeful(snapshot.pods, now);
  if (!pods) pods.error().Detail(Explain(snapshot));
  return pods;
}

}  // namespace e2e
