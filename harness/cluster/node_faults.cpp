#include "cluster/node_faults.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cluster/explain.h"
#include "cluster/fault_target.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

// What is left for the way back when the fault's own time is over.
constexpr Duration kUncordon{15'000};

Status SetSchedulable(const FaultTarget& target, bool schedulable, Deadline deadline) {
  const json patch = {{"spec", {{"unschedulable", !schedulable}}}};
  E2E_TRY(const json node,
          target.api.Patch(CorePath("", "nodes", target.node.name()), PatchType::kMerge, patch, deadline),
          schedulable ? "uncordoning the node" : "cordoning the node");
  if (TrueAt(node, "/spec/unschedulable") == !schedulable) return {};
  return Inconclusive("node " + target.node.name() + " did not take the change");
}

Status Evict(const FaultTarget& target, const Pod& pod, Deadline deadline) {
  const json eviction = {{"apiVersion", "policy/v1"},
                         {"kind", "Eviction"},
                         {"metadata", {{"name", pod.name}, {"namespace", target.ns}}},
                         {"deleteOptions", {{"preconditions", {{"uid", pod.uid}}}}}};
  E2E_TRY(const json answer, target.api.Post(CorePath(target.ns, "pods", pod.name) + "/eviction", eviction, deadline),
          "evicting pod " + pod.name);
  return {};
}

Outcome<Drained> EvictOnCordoned(const FaultTarget& target, const Pod& old, Deadline deadline) {
  Drained receipt{target.node.name(), old.name, old.uid, "", ""};
  E2E_CHECK(Evict(target, old, deadline), "draining");
  const auto moved = [&](const std::vector<json>& objects) -> Outcome<Probe> {
    const std::vector<Pod> pods = PodsFrom(objects);
    for (const Pod& pod : pods) {
      if (pod.uid == old.uid) return Probe::Pending(fmt::format("pod {} is still there", old.name));
    }
    for (const Pod& pod : pods) {
      if (pod.deleting) continue;
      receipt.new_pod = pod.name;
      receipt.new_uid = pod.uid;
      receipt.pending = !pod.unschedulable.empty();
      // A pod without a word of the scheduler says nothing about the cordon yet.
      if (receipt.pending || pod.phase == "Running") return Probe::Ready();
      return Probe::Pending("the scheduler has not looked at pod " + pod.name);
    }
    return Probe::Pending("no pod took the place of " + old.name);
  };
  E2E_CHECK(target.api.WatchUntil(PodsOf(target), "a pod instead of " + old.name, deadline, {}, moved), "draining");
  return receipt;
}

// The node's file that holds the container's limit.
Outcome<std::string> LimitFile(const FaultTarget& target, const Pod& pod, Deadline deadline) {
  E2E_TRY(const std::vector<int> pids, target.node.PidsOf(pod.container.id, deadline), "looking for the container");
  E2E_TRY(const std::string cgroup, target.node.Exec({"cat", fmt::format("/proc/{}/cgroup", pids.front())}, deadline),
          "looking for its cgroup");
  for (const std::string& line : Split(cgroup, '\n')) {
    if (line.starts_with("0::/")) return "/sys/fs/cgroup" + line.substr(3) + "/memory.max";
  }
  return Inconclusive("the container has no cgroup of version 2, whose limit could be lowered").Detail(cgroup);
}

Outcome<std::string> ApiServerContainer(Node& node, Deadline deadline) {
  E2E_TRY(const std::string out, node.Exec({"crictl", "ps", "--quiet", "--name", "^kube-apiserver$"}, deadline),
          "looking for the API server's container");
  return std::string(Trim(out));
}

}  // namespace

Outcome<Drained> DrainNode(const FaultTarget& target, Deadline deadline) {
  E2E_TRY(const Pod old, TheOnePod(target, deadline), "draining the node");
  Status cordoned = SetSchedulable(target, false, deadline);
  Outcome<Drained> drained = cordoned ? EvictOnCordoned(target, old, deadline) : Outcome<Drained>(cordoned.error());
  const Deadline way_back = Deadline::In(target.api.clock(), kUncordon);
  const Status back = SetSchedulable(target, true, way_back);
  if (!drained) {
    Error error = WithoutReceipt(drained.error(), "the drain of node " + target.node.name());
    return back ? error : error.Detail("and the node stays cordoned: " + back.error().Render());
  }
  if (!back) return Error(ErrorKind::kInfra, "the node stays cordoned: " + back.error().Render());
  return drained;
}

std::string Drained::Text() const {
  return fmt::format("pod {} (uid {}) evicted from cordoned node {}, pod {} (uid {}) in its place{}; uncordoned",
                     old_pod, old_uid, node, new_pod, new_uid, pending ? ", waiting for a node" : "");
}

Outcome<ContainerKilled> TakeMemory(const FaultTarget& target, Deadline deadline) {
  E2E_TRY(const Pod old, TheOneRunningPod(target, deadline), "taking a container's memory");
  const std::string fault = "the memory taken from container " + old.container.id;
  const auto file = LimitFile(target, old, deadline);
  if (!file) return WithoutReceipt(file.error(), fault);
  // 1 MiB is less than any server has; the write comes back when the kernel has done what it can.
  const auto lowered = target.node.Exec({"sh", "-c", "echo 1048576 > " + ShellQuote(*file)}, deadline);
  if (!lowered) return WithoutReceipt(lowered.error(), fault);
  E2E_TRY(ContainerKilled receipt, AwaitRestart(target, old, fault, deadline), "taking a container's memory");
  receipt.signal = "no memory";
  if (receipt.reason == "OOMKilled") return receipt;
  return Inconclusive(
             fmt::format("{} has no receipt: it ended with reason \"{}\" instead of OOMKilled", fault, receipt.reason))
      .Detail(receipt.Text());
}

Outcome<ApiRestarted> RestartApiServer(const FaultTarget& target, Deadline deadline) {
  ApiRestarted receipt;
  E2E_TRY(receipt.old_id, ApiServerContainer(target.node, deadline), "restarting the API server");
  if (receipt.old_id.empty()) return Inconclusive("the node runs no container of an API server");
  E2E_TRY(const std::string out, target.node.Exec({"crictl", "stop", receipt.old_id}, deadline),
          "stopping the API server");
  const auto restarted = [&]() -> Outcome<Probe> {
    const auto now = ApiServerContainer(target.node, deadline);
    if (!now)
      return now.error().kind() == ErrorKind::kInterrupted ? Outcome<Probe>(now.error())
                                                           : Probe::Pending(now.error().message());
    if (now->empty() || *now == receipt.old_id) return Probe::Pending("the kubelet has not started it again");
    const auto answer = target.api.List(PodsOf(target), deadline);
    if (!answer) return Probe::Pending("it does not answer yet: " + answer.error().message());
    receipt.new_id = *now;
    return Probe::Ready();
  };
  const Status seen = WaitUntil(target.api.clock(), "a new API server", deadline, {}, restarted);
  if (!seen) return WithoutReceipt(seen.error(), "the restart of the API server");
  return receipt;
}

std::string ApiRestarted::Text() const {
  return fmt::format("container {:.12} of the API server stopped, container {:.12} answers in its place", old_id,
                     new_id);
}

}  // namespace e2e
