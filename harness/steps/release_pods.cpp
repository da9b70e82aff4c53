#include "steps/release_pods.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

Error NotYet(std::string message) {
  return Error(ErrorKind::kInconclusive, std::move(message));
}

std::string RevisionOf(const json& object) {
  const json& annotations = JsonAt(object, "/metadata/annotations");
  return annotations.is_object() ? annotations.value("deployment.kubernetes.io/revision", "") : "";
}

// The hash that tells the pods of the Deployment's newest template from all others.
Outcome<std::string> NewestTemplate(World& world, Deadline deadline) {
  E2E_TRY(const json deployment, world.api.Get(GroupPath("apps/v1", world.ns, "deployments", world.release), deadline),
          "looking for the pod");
  if (!DeploymentFrom(deployment).observed)
    return NotYet("the Deployment's controller has not seen its newest template");
  E2E_TRY(const std::vector<json> sets,
          world.api.List({GroupPath("apps/v1", world.ns, "replicasets"), world.Selector()}, deadline),
          "looking for the pod");
  for (const json& set : sets) {
    if (RevisionOf(set) != RevisionOf(deployment)) continue;
    const json& labels = JsonAt(set, "/metadata/labels");
    if (labels.is_object()) return labels.value("pod-template-hash", "");
  }
  return NotYet("the Deployment's newest template has no ReplicaSet yet");
}

}  // namespace

Outcome<Pod> NewestPod(World& world, Deadline deadline) {
  E2E_TRY(const std::string hash, NewestTemplate(world, deadline), "looking for the newest pod");
  E2E_TRY(const std::vector<Pod> pods,
          Pods(world.api, world.ns, fmt::format("{},pod-template-hash={}", world.Selector(), hash), deadline),
          "looking for the newest pod");
  for (auto pod = pods.rbegin(); pod != pods.rend(); ++pod) {
    if (!pod->deleting) return *pod;
  }
  return NotYet("the Deployment's newest template has no pod yet");
}

Outcome<std::string> ContainerLog(World& world, const std::string& pod, const std::string& container,
                                  Deadline deadline) {
  LogQuery query{.ns = world.ns, .pod = pod, .container = container, .previous = true};
  // Without a run before this one the API refuses.
  std::string before;
  if (auto previous = world.api.Logs(query, deadline)) before = *previous;
  query.previous = false;
  const auto now = world.api.Logs(query, deadline);
  if (!now && before.empty()) return Error(now.error()).While("reading the log of container " + container);
  return before + (now ? *now : "");
}

Status AwaitNoPod(World& world, Deadline deadline) {
  const auto gone = [](const std::vector<json>& pods) -> Outcome<Probe> {
    if (pods.empty()) return Probe::Ready();
    return Probe::Pending("pod " + PodFrom(pods.front()).name + " is still there");
  };
  return world.api.WatchUntil({CorePath(world.ns, "pods"), world.Selector()}, "end of the release's pods", deadline, {},
                              gone);
}

Outcome<Probe> PendingOn(const Error& error) {
  if (error.kind() == ErrorKind::kInterrupted) return error;
  return Probe::Pending(error.message());
}

}  // namespace e2e
