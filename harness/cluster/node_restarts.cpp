#include "cluster/node_restarts.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

#include "base/text.h"
#include "cluster/fault_target.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

// What the engine says of a container whose first process got SIGKILL: 128 + 9.
constexpr const char* kKilled = "137";
// For how long the API's word on a pod has to stay the same after another kubelet came.
constexpr Duration kSettled{10'000};
constexpr Duration kLooks{1'000};

// Waits until the node is ready by a report of its kubelet of `since` or later, and gives that report's time.
Outcome<std::string> AwaitHeartbeat(const FaultTarget& target, WallTime since, Deadline deadline) {
  std::string text;
  const auto ready = [&](const std::vector<json>& objects) -> Outcome<Probe> {
    for (const json& condition : objects.empty() ? json::array() : ListAt(objects[0], "/status/conditions")) {
      if (TextAt(condition, "/type") != "Ready") continue;
      text = TextAt(condition, "/lastHeartbeatTime");
      const auto heartbeat = ParseRfc3339(text);
      // Until the kubelet reports again, the condition is that of before.
      if (!heartbeat || *heartbeat < since) return Probe::Pending("the kubelet has not reported since the restart");
      if (TextAt(condition, "/status") == "True") return Probe::Ready();
      return Probe::Pending("the node is not ready: " + TextAt(condition, "/message"));
    }
    return Probe::Pending("the API knows no condition of the node");
  };
  const std::string node = target.node.name();
  const ListQuery query{.path = CorePath("", "nodes"), .field_selector = "metadata.name=" + node};
  E2E_CHECK(target.api.WatchUntil(query, "node " + node + " ready", deadline, {}, ready), "waiting for the node");
  return text;
}

// `stop_and_start` may write into the receipt what it saw meanwhile.
Outcome<NodeRestarted> Restart(const FaultTarget& target, const std::string& fault, Deadline deadline,
                               const std::function<Status(NodeRestarted&)>& stop_and_start) {
  Node& node = target.node;
  NodeRestarted receipt{.node = node.name(), .old_started_at = "", .new_started_at = "", .exit_code = ""};
  E2E_TRY(receipt.old_started_at, node.StartedAt(deadline), fault);
  E2E_CHECK(stop_and_start(receipt), fault);
  const auto after = node.StartedAt(deadline);
  if (!after) return WithoutReceipt(after.error(), fault);
  receipt.new_started_at = *after;
  const auto started = ParseRfc3339(receipt.new_started_at);
  if (!started || receipt.new_started_at == receipt.old_started_at) {
    return Inconclusive(fmt::format("node {} has the start time {} as before", node.name(), receipt.old_started_at));
  }
  const auto seen = AwaitHeartbeat(target, *started, deadline);
  if (!seen) return WithoutReceipt(seen.error(), fault);
  return receipt;
}

Outcome<int> KubeletOf(Node& node, Deadline deadline) {
  E2E_TRY(const CommandResult found, node.TryExec({"pgrep", "--exact", "kubelet"}, deadline),
          "looking for the kubelet");
  const auto pid = ParseInt(Trim(found.out));
  if (found.ok() && pid) return static_cast<int>(*pid);
  return Inconclusive(fmt::format("node {} has not one kubelet", node.name())).Detail(found.out + Tail(found.err, 5));
}

// The node's clock, in whole seconds.
Outcome<WallTime> TimeOf(Node& node, Deadline deadline) {
  E2E_TRY(const std::string out, node.Exec({"date", "--utc", "+%Y-%m-%dT%H:%M:%SZ"}, deadline), "asking for the time");
  const auto time = ParseRfc3339(std::string(Trim(out)));
  if (time) return *time;
  return Error(ErrorKind::kInternal, "unreadable time of the node").Detail(out);
}

// "True 2026-11-25T07:28:25Z" when the one pod is ready, and since when; empty when it is not.
std::string ReadySince(const std::vector<json>& pods) {
  if (pods.size() != 1) return "";
  for (const json& condition : ListAt(pods[0], "/status/conditions")) {
    if (TextAt(condition, "/type") != "Ready" || TextAt(condition, "/status") != "True") continue;
    return "True " + TextAt(condition, "/lastTransitionTime");
  }
  return "";
}

// Until a new kubelet has probed a pod by itself it may call it not ready and ready again, more than once, and each
// time the pod's endpoint goes away.
Status AwaitSettled(const FaultTarget& target, Deadline deadline) {
  Clock& clock = target.api.clock();
  std::string before;
  TimePoint since = clock.Now();
  const auto settled = [&]() -> Outcome<Probe> {
    const auto pods = target.api.List(PodsOf(target), deadline);
    if (!pods && pods.error().kind() == ErrorKind::kInterrupted) return pods.error();
    const std::string now = pods ? ReadySince(*pods) : "";
    if (now.empty() || now != std::exchange(before, now)) since = clock.Now();
    if (now.empty()) return Probe::Pending(pods ? "the pod is not ready" : pods.error().message());
    return clock.Now() - since >= kSettled ? Probe::Ready() : Probe::Pending("the pod became ready only now");
  };
  return WaitUntil(clock, "a pod that stays ready", deadline, {.interval = kLooks}, settled);
}

Outcome<KubeletRestarted> KillKubelet(const FaultTarget& target, Deadline deadline) {
  Node& node = target.node;
  KubeletRestarted receipt{.node = node.name(), .heartbeat = ""};
  E2E_TRY(receipt.old_pid, KubeletOf(node, deadline), "before it");
  E2E_TRY(const std::string out, node.Exec({"kill", "-KILL", std::to_string(receipt.old_pid)}, deadline), "killing it");
  E2E_TRY(const WallTime killed, TimeOf(node, deadline), "after it");
  const auto another = [&]() -> Outcome<Probe> {
    const auto now = KubeletOf(node, deadline);
    if (!now && now.error().kind() != ErrorKind::kInconclusive) return now.error();
    if (!now || *now == receipt.old_pid) return Probe::Pending(now ? "it still runs" : "none runs");
    receipt.new_pid = *now;
    return Probe::Ready();
  };
  E2E_CHECK(WaitUntil(target.api.clock(), "another kubelet", deadline, {}, another), "after it");
  E2E_TRY(receipt.heartbeat, AwaitHeartbeat(target, killed, deadline), "after it");
  E2E_CHECK(AwaitSettled(target, deadline), "after it");
  return receipt;
}

}  // namespace

Outcome<NodeRestarted> RestartNode(const FaultTarget& target, Deadline deadline) {
  const std::string fault = "the restart of node " + target.node.name();
  return Restart(target, fault, deadline, [&](NodeRestarted&) { return target.node.Restart(deadline); });
}

Outcome<NodeRestarted> KillNode(const FaultTarget& target, Deadline deadline) {
  const std::string fault = "the kill of node " + target.node.name();
  E2E_TRY(NodeRestarted receipt,
          Restart(target, fault, deadline,
                  [&](NodeRestarted& seen) -> Status {
                    E2E_CHECK(target.node.Kill(deadline), fault);
                    // Whatever this says, the node must not stay down.
                    auto exit_code = target.node.ExitCode(deadline);
                    E2E_CHECK(target.node.Start(deadline), fault);
                    E2E_TRY(seen.exit_code, std::move(exit_code), fault);
                    return {};
                  }),
          "killing the node");
  if (receipt.exit_code == kKilled) return receipt;
  return Inconclusive(fmt::format("{} has no receipt: it ended with {}", fault, receipt.exit_code));
}

std::string NodeRestarted::Text() const {
  return fmt::format("node {} {}: started {} -> {}, ready again", node,
                     exit_code.empty() ? "restarted" : "killed, ended with " + exit_code, old_started_at,
                     new_started_at);
}

Outcome<KubeletRestarted> RestartKubelet(const FaultTarget& target, Deadline deadline) {
  auto receipt = KillKubelet(target, deadline);
  if (!receipt) return WithoutReceipt(receipt.error(), "the restart of the kubelet of node " + target.node.name());
  return receipt;
}

std::string KubeletRestarted::Text() const {
  return fmt::format("kubelet of node {} killed, process {} -> {}, reported at {}", node, old_pid, new_pid, heartbeat);
}

}  // namespace e2e
