#include "cluster/node_faults.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "cluster/explain.h"
#include "cluster/fault_target.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

// What is left for the way back when the fault's own time is over.
constexpr Duration kUncordon{15'000};

Status SetSchedulable(KubeApi& api, const FaultTarget& target, bool schedulable, Deadline deadline) {
  const json patch = {{"spec", {{"unschedulable", !schedulable}}}};
  E2E_TRY(const json node, api.Patch(CorePath("", "nodes", target.node.name()), PatchType::kMerge, patch, deadline),
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

// Where the node's kernel keeps a container's account of memory.
struct MemoryAccount {
  std::string folder, usage, limit;
};

// From /proc/PID/cgroup; version 1 has a line for each controller.
Outcome<MemoryAccount> MemoryAccountIn(const std::string& cgroups) {
  std::string unified;
  for (const std::string& line : Split(cgroups, '\n')) {
    const std::vector<std::string> parts = Split(line, ':');
    if (parts.size() != 3 || parts[2] == "/") continue;
    if (parts[1] == "memory")
      return MemoryAccount{"/sys/fs/cgroup/memory" + parts[2], "memory.usage_in_bytes", "memory.limit_in_bytes"};
    if (parts[0] == "0") unified = parts[2];
  }
  if (!unified.empty()) return MemoryAccount{"/sys/fs/cgroup" + unified, "memory.current", "memory.max"};
  return Inconclusive("the container has no account of its memory, whose limit could be lowered").Detail(cgroups);
}

// $1 the container's first process, $2 the account, $3 its usage, $4 its limit. The process becomes the kernel's first
// choice, as its death is the container's; the limit becomes what is used; and then this shell, in the same account,
// asks for more until the kernel ends it too. It asks for nothing when there is no limit.
constexpr const char* kEat = R"(set -e
echo 1000 > /proc/$1/oom_score_adj
cd $2
for try in 1 2 3 4 5 6 7 8 9; do cat $3 > $4 && break; done
test $(cat $4) -lt 8589934592
echo $$ > cgroup.procs
x=0123456789abcdef
while :; do x=$x$x; done)";

Status TakeMemoryOf(Node& node, const std::string& container_id, Deadline deadline) {
  E2E_TRY(const std::vector<int> pids, node.PidsOf(container_id, deadline), "looking for the container");
  const std::string first = std::to_string(*std::min_element(pids.begin(), pids.end()));
  E2E_TRY(const std::string cgroups, node.Exec({"cat", "/proc/" + first + "/cgroup"}, deadline),
          "looking for its memory");
  E2E_TRY(const MemoryAccount account, MemoryAccountIn(cgroups), "looking for its memory");
  E2E_TRY(const CommandResult eaten,
          node.TryExec({"sh", "-c", kEat, "eat", first, account.folder, account.usage, account.limit}, deadline),
          "taking its memory");
  // 128 + SIGKILL: the kernel's.
  if (eaten.exit == decltype(eaten.exit)(Exited{137})) return {};
  return Inconclusive("the memory could not be taken: " + Text(eaten)).Detail(Tail(eaten.err, 5));
}

struct ApiServer {
  std::string container_id;
  int restarts = 0;
};

Outcome<ApiServer> ReadApiServer(const FaultTarget& target, Deadline deadline) {
  // A static pod has its node in its name.
  const std::string path = CorePath("kube-system", "pods", "kube-apiserver-" + target.node.name());
  E2E_TRY(const json object, target.api.Get(path, deadline), "looking at the API server's pod");
  const Pod pod = PodFrom(object);
  return ApiServer{pod.container.started_at.empty() ? "" : pod.container.id, pod.container.restart_count};
}

}  // namespace

Outcome<Drained> DrainNode(const FaultTarget& target, Deadline deadline) {
  E2E_TRY(const Pod old, TheOnePod(target, deadline), "draining the node");
  Status cordoned = SetSchedulable(target.api, target, false, deadline);
  Outcome<Drained> drained = cordoned ? EvictOnCordoned(target, old, deadline) : Outcome<Drained>(cordoned.error());
  const Deadline way_back = Deadline::In(target.api.clock(), kUncordon);
  const Status back = SetSchedulable(target.undo != nullptr ? *target.undo : target.api, target, true, way_back);
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
  const Status taken = TakeMemoryOf(target.node, old.container.id, deadline);
  if (!taken) return WithoutReceipt(taken.error(), fault);
  E2E_TRY(ContainerKilled receipt, AwaitRestart(target, old, fault, deadline), "taking a container's memory");
  receipt.signal = "no memory";
  if (receipt.reason == "OOMKilled") return receipt;
  return Inconclusive(
             fmt::format("{} has no receipt: it ended with reason \"{}\" instead of OOMKilled", fault, receipt.reason))
      .Detail(receipt.Text());
}

Outcome<ApiRestarted> RestartApiServer(const FaultTarget& target, Deadline deadline) {
  E2E_TRY(const ApiServer old, ReadApiServer(target, deadline), "restarting the API server");
  if (old.container_id.empty()) return Inconclusive("the API server's pod has no running container");
  E2E_TRY(const std::string out,
          target.node.Exec({"ctr", "--namespace", "k8s.io", "tasks", "kill", "--signal", "SIGKILL", old.container_id},
                           deadline),
          "ending the API server");
  ApiRestarted receipt{old.container_id, "", old.restarts, 0};
  const auto restarted = [&]() -> Outcome<Probe> {
    const auto now = ReadApiServer(target, deadline);
    if (!now && now.error().kind() == ErrorKind::kInterrupted) return now.error();
    if (!now) return Probe::Pending("it does not answer: " + now.error().message());
    if (now->container_id.empty() || now->container_id == old.container_id)
      return Probe::Pending("the kubelet has not told of a new container");
    receipt.new_id = now->container_id;
    receipt.new_restarts = now->restarts;
    return Probe::Ready();
  };
  const Status seen = WaitUntil(target.api.clock(), "a new API server", deadline, {}, restarted);
  if (!seen) return WithoutReceipt(seen.error(), "the restart of the API server");
  return receipt;
}

std::string ApiRestarted::Text() const {
  return fmt::format(
      "container {:.12} of the API server killed, container {:.12} answers in its place, restarts {} -> {}", old_id,
      new_id, old_restarts, new_restarts);
}

}  // namespace e2e
