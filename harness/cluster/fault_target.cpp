#include "cluster/fault_target.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/explain.h"
#include "cluster/json_access.h"

namespace e2e {

using nlohmann::json;

Error Inconclusive(std::string message) {
  return Error(ErrorKind::kInconclusive, std::move(message));
}

Error WithoutReceipt(const Error& error, const std::string& fault) {
  if (error.kind() == ErrorKind::kInterrupted) return error;
  return Inconclusive(fmt::format("{} has no receipt: {}", fault, error.message())).Detail(error.detail());
}

std::vector<Pod> PodsFrom(const std::vector<json>& objects) {
  std::vector<Pod> pods;
  for (const json& object : objects) pods.push_back(PodFrom(object));
  return pods;
}

Outcome<Pod> TheOnePod(const FaultTarget& target, Deadline deadline) {
  E2E_TRY(std::vector<Pod> pods, Pods(target.api, target.ns, target.selector, deadline), "choosing the fault's pod");
  std::erase_if(pods, [](const Pod& pod) { return pod.deleting || pod.phase == "Failed" || pod.phase == "Succeeded"; });
  if (pods.size() == 1) return pods.front();
  return Inconclusive(fmt::format("a fault needs exactly one pod of {} in namespace {}, but there are {}",
                                  target.selector, target.ns, pods.size()));
}

Outcome<Pod> TheOneRunningPod(const FaultTarget& target, Deadline deadline) {
  E2E_TRY(Pod pod, TheOnePod(target, deadline), "choosing the fault's container");
  if (!pod.container.id.empty() && !pod.container.started_at.empty()) return pod;
  return Inconclusive("there is no running container: " + ExplainPod(pod));
}

ListQuery PodsOf(const FaultTarget& target) {
  return {.path = CorePath(target.ns, "pods"), .label_selector = target.selector};
}

Outcome<ContainerKilled> AwaitRestart(const FaultTarget& target, const Pod& old, const std::string& fault,
                                      Deadline deadline) {
  ContainerKilled receipt{.pod = old.name,
                          .old_id = old.container.id,
                          .new_id = "",
                          .old_restarts = old.container.restart_count,
                          .exit_code = -1,
                          .reason = "",
                          .signal = ""};
  const auto restarted = [&](const std::vector<json>& objects) -> Outcome<Probe> {
    for (const Pod& pod : PodsFrom(objects)) {
      if (pod.uid != old.uid) continue;
      const Container& now = pod.container;
      if (now.last_terminated) {
        receipt.exit_code = now.last_terminated->exit_code;
        receipt.reason = now.last_terminated->reason;
      }
      if (now.id == old.container.id || now.restart_count <= old.container.restart_count || now.started_at.empty()) {
        return Probe::Pending("the kubelet has not yet started the container anew: " + ExplainPod(pod));
      }
      receipt.new_id = now.id;
      receipt.new_restarts = now.restart_count;
      return Probe::Ready();
    }
    return Inconclusive(fmt::format("pod {} (uid {}) is gone; only its container was struck", old.name, old.uid));
  };
  const Status seen =
      target.api.WatchUntil(PodsOf(target), "a new container in pod " + old.name, deadline, {}, restarted);
  if (!seen) return WithoutReceipt(seen.error(), fault);
  return receipt;
}

Status Signal(Node& node, const std::string& option, const std::vector<int>& pids, Deadline deadline) {
  std::vector<std::string> argv = {"kill", option};
  for (const int pid : pids) argv.push_back(std::to_string(pid));
  E2E_TRY(const std::string out, node.Exec(std::move(argv), deadline), "sending " + option + " in node " + node.name());
  return {};
}

Outcome<int> SetReplicas(KubeApi& api, const std::string& ns, const std::string& deployment, int replicas,
                         Deadline deadline) {
  const json patch = {{"spec", {{"replicas", replicas}}}};
  E2E_TRY(const json after,
          api.Patch(GroupPath("apps/v1", ns, "deployments", deployment), PatchType::kMerge, patch, deadline),
          fmt::format("scaling deployment {} to {}", deployment, replicas));
  return static_cast<int>(IntAt(after, "/spec/replicas"));
}

}  // namespace e2e
