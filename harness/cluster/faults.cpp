#include "cluster/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "cluster/explain.h"
#include "cluster/fault_target.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

// What the kernel makes of SIGKILL: 128 + 9.
constexpr int kKilled = 137;

// A process that ended between two commands makes the second one fail: look again.
Outcome<Probe> Again(const Error& error) {
  if (error.kind() == ErrorKind::kCommandFailed) return Probe::Pending("processes come and go: " + error.message());
  return error;
}

// Waits until the kubelet has another container, where the old one ended as the signal makes it end.
Outcome<ContainerKilled> KilledBy(const std::string& signal, const FaultTarget& target, const Pod& old,
                                  const std::string& fault, Deadline deadline) {
  E2E_TRY(ContainerKilled receipt, AwaitRestart(target, old, fault, deadline), "killing a container");
  receipt.signal = signal;
  // SIGKILL leaves no choice; after any other signal that status would mean that something else did it.
  if ((signal == "SIGKILL") == (receipt.exit_code == kKilled)) return receipt;
  return Inconclusive(
             fmt::format("the container ended with {} after {}: something else ended it", receipt.exit_code, signal))
      .Detail(receipt.Text());
}

// $1 seconds, $2 the first process, then all of them. One that ended meanwhile is no matter. The sleep is the fault's
// own working time, not a wait for anything.
constexpr const char* kThawAndKill = R"(run=$1 first=$2
shift 2
kill -CONT "$@"
sleep "$run"
kill -KILL "$first")";

}  // namespace

Outcome<PodDeleted> DeletePod(const FaultTarget& target, bool forced, Deadline deadline) {
  E2E_TRY(const Pod old, TheOnePod(target, deadline), "deleting a pod");
  const DeleteOptions options{.grace = forced ? std::optional<int>(0) : std::nullopt, .uid = old.uid};
  E2E_CHECK(target.api.Delete(CorePath(target.ns, "pods", old.name), options, deadline), "deleting a pod");
  PodDeleted receipt{.old_name = old.name, .old_uid = old.uid, .new_name = "", .new_uid = "", .forced = forced};
  const auto replaced = [&](const std::vector<json>& objects) -> Outcome<Probe> {
    const std::vector<Pod> pods = PodsFrom(objects);
    for (const Pod& pod : pods) {
      if (pod.uid == old.uid) return Probe::Pending(fmt::format("pod {} is still there", old.name));
    }
    for (const Pod& pod : pods) {
      if (pod.deleting) continue;
      receipt.new_name = pod.name;
      receipt.new_uid = pod.uid;
      return Probe::Ready();
    }
    return Probe::Pending("no pod took the place of " + old.name);
  };
  const Status seen = target.api.WatchUntil(PodsOf(target), "a new pod instead of " + old.name, deadline, {}, replaced);
  if (!seen) return WithoutReceipt(seen.error(), "the deletion of pod " + old.name);
  return receipt;
}

std::string PodDeleted::Text() const {
  return fmt::format("pod {} (uid {}) {}, pod {} (uid {}) in its place", old_name, old_uid,
                     forced ? "deleted by force" : "deleted", new_name, new_uid);
}

Outcome<ContainerKilled> KillContainer(const FaultTarget& target, const std::string& signal, Deadline deadline) {
  E2E_TRY(const Pod old, TheOneRunningPod(target, deadline), "killing a container");
  const std::string fault = fmt::format("the {} to container {}", signal, old.container.id);
  const auto killed = target.node.Exec(
      {"ctr", "--namespace", "k8s.io", "tasks", "kill", "--signal", signal, old.container.id}, deadline);
  if (!killed) return WithoutReceipt(killed.error(), fault);
  return KilledBy(signal, target, old, fault, deadline);
}

std::string ContainerKilled::Text() const {
  return fmt::format(
      "container {:.12} of pod {} got {} and ended with {}, container {:.12} in its place, restarts {} -> {}", old_id,
      pod, signal, exit_code, new_id, old_restarts, new_restarts);
}

Outcome<Frozen> Freeze(const FaultTarget& target, Deadline deadline) {
  E2E_TRY(const Pod pod, TheOneRunningPod(target, deadline), "freezing a container");
  Frozen receipt{pod.name, pod.container.id, {}};
  const auto frozen = [&]() -> Outcome<Probe> {
    // Listed anew each time: a process may have made another one before it was stopped.
    E2E_TRY(receipt.pids, target.node.PidsOf(receipt.container_id, deadline), "freezing");
    if (const auto stopped = Signal(target.node, "-STOP", receipt.pids, deadline); !stopped)
      return Again(stopped.error());
    const auto states = target.node.StatesOf(receipt.pids, deadline);
    if (!states) return Again(states.error());
    if (states->find_first_not_of("TZ") != std::string::npos) return Probe::Pending("states of processes: " + *states);
    E2E_TRY(const std::vector<int> now, target.node.PidsOf(receipt.container_id, deadline), "freezing");
    return now == receipt.pids ? Probe::Ready() : Probe::Pending("processes came and went meanwhile");
  };
  const Status seen = WaitUntil(target.api.clock(), "a frozen container", deadline, {}, frozen);
  if (!seen) return WithoutReceipt(seen.error(), "the freeze of container " + receipt.container_id);
  return receipt;
}

std::string Frozen::Text() const {
  return fmt::format("all {} processes of container {:.12} of pod {} are stopped (state T)", pids.size(), container_id,
                     pod);
}

Outcome<Thawed> Thaw(Node& node, Clock& clock, const Frozen& frozen, Deadline deadline) {
  const std::string fault = fmt::format("the thaw of container {}", frozen.container_id);
  const Status thawed = Signal(node, "-CONT", frozen.pids, deadline);
  // kill goes through all of them, and fails in the end when one was gone.
  if (!thawed && thawed.error().kind() != ErrorKind::kCommandFailed) return WithoutReceipt(thawed.error(), fault);
  Thawed receipt{.pod = frozen.pod, .container_id = frozen.container_id};
  const auto runs = [&]() -> Outcome<Probe> {
    E2E_TRY(const std::string states, node.StatesOfThose(frozen.pids, deadline), "thawing");
    if (states.find('T') != std::string::npos) return Probe::Pending("states of processes: " + states);
    receipt.running = static_cast<int>(states.size() - std::count(states.begin(), states.end(), 'Z'));
    receipt.ended = static_cast<int>(frozen.pids.size()) - receipt.running;
    return Probe::Ready();
  };
  const Status seen = WaitUntil(clock, "a thawed container", deadline, {}, runs);
  if (!seen) return WithoutReceipt(seen.error(), fault);
  return receipt;
}

std::string Thawed::Text() const {
  return fmt::format("of {} stopped processes of container {:.12} of pod {}, {} run again and {} ended since",
                     running + ended, container_id, pod, running, ended);
}

Outcome<ContainerKilled> KillThawed(const FaultTarget& target, const Frozen& frozen, Duration run, Deadline deadline) {
  E2E_TRY(const Pod old, TheOneRunningPod(target, deadline), "killing a frozen container");
  const std::string fault = fmt::format("the SIGKILL to container {}", frozen.container_id);
  if (old.container.id != frozen.container_id) return Inconclusive(fault + ": there is another one already");
  const int first = *std::min_element(frozen.pids.begin(), frozen.pids.end());
  std::vector<std::string> argv = {"sh",
                                   "-c",
                                   kThawAndKill,
                                   "kill",
                                   fmt::format("{:.3f}", static_cast<double>(run.count()) / 1000.0),
                                   std::to_string(first)};
  for (const int pid : frozen.pids) argv.push_back(std::to_string(pid));
  if (const auto killed = target.node.Exec(std::move(argv), deadline); !killed) {
    return WithoutReceipt(killed.error(), fault);
  }
  return KilledBy("SIGKILL", target, old, fault, deadline);
}

Outcome<Scaled> Scale(const FaultTarget& target, const std::string& deployment, int replicas, Deadline deadline) {
  const std::string doing = fmt::format("scaling deployment {} to {}", deployment, replicas);
  E2E_TRY(const Deployment before, GetDeployment(target.api, target.ns, deployment, deadline), doing);
  E2E_TRY(const int asked, SetReplicas(target.api, target.ns, deployment, replicas, deadline), doing);
  const auto reached = [&](const std::vector<json>& objects) -> Outcome<Probe> {
    if (static_cast<int>(objects.size()) == replicas) return Probe::Ready();
    return Probe::Pending(fmt::format("{} pods exist", objects.size()));
  };
  const Status seen = target.api.WatchUntil(PodsOf(target), fmt::format("{} pods", replicas), deadline, {}, reached);
  if (!seen) return WithoutReceipt(seen.error(), doing);
  return Scaled{deployment, before.wanted, asked};
}

std::string Scaled::Text() const {
  return fmt::format("deployment {} scaled from {} to {}", deployment, from, to);
}

}  // namespace e2e
