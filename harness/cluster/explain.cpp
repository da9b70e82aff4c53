#include "cluster/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cluster/causes.h"

namespace e2e {
namespace {

constexpr std::size_t kMessageLines = 4;

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
    text = EndText(*container.last_terminated);
    if (container.restart_count > 0) text += fmt::format(", {} restarts", container.restart_count);
    return fmt::format("container {} {}", container.name, text);
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

std::string PodChain(const Pod& pod, const Snapshot& snapshot) {
  std::string text = pod.owner.empty() ? ExplainPod(pod) : pod.owner + " <- " + ExplainPod(pod);
  const auto cause = CauseOf(pod, snapshot);
  return cause && !cause->evidence.empty() ? text + " <- " + cause->evidence : text;
}

// Nothing when it only says again what `text` has.
std::string NewestWarning(const std::vector<Event>& events, const std::string& text) {
  // That the kubelet is backing off is said of the container.
  const auto newest = std::find_if(events.rbegin(), events.rend(),
                                   [](const Event& event) { return event.warning && event.reason != "BackOff"; });
  if (newest == events.rend() || text.find(newest->message) != std::string::npos) return "";
  // A pod that may not be made has another name each time.
  const bool told = newest->reason == "FailedCreate" && text.find("<- no pod exists") != std::string::npos;
  return told ? "" : newest->Text();
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
  if (!pod.failed_reason.empty()) return fmt::format("{} <- {}: {}", text, pod.failed_reason, pod.failed_message);
  if (const std::string why = ContainerText(pod.container, true); !why.empty()) return text + " <- " + why;
  for (const Container& other : pod.other_containers) {
    if (const std::string why = ContainerText(other, true); !why.empty()) return text + " <- " + why;
  }
  return text + ", not ready";
}

std::string Explain(const Snapshot& snapshot) {
  std::vector<std::string> chains;
  for (const Deployment& deployment : snapshot.deployments) {
    if (deployment.wanted == 0)
      chains.push_back(fmt::format("Deployment {} wants no pod: 0 replicas", deployment.name));
    if (deployment.observed && deployment.ready >= deployment.wanted && deployment.updated >= deployment.wanted)
      continue;
    std::string chain = fmt::format("Deployment {} {}/{}", deployment.name, deployment.ready, deployment.wanted);
    if (!deployment.replica_failure.empty()) chain += " <- " + deployment.replica_failure;
    chains.push_back(std::move(chain));
  }
  std::vector<std::string> causes;
  for (const Pod& pod : snapshot.pods) {
    // A test that has ended well is no cause, and neither is a failed pod once there is another one.
    if (pod.phase == "Succeeded" || (pod.phase == "Failed" && !CauseOf(pod, snapshot))) continue;
    if (!pod.ready || pod.deleting) causes.push_back(PodChain(pod, snapshot));
  }
  for (const Claim& claim : snapshot.claims) {
    if (claim.phase != "Bound") causes.push_back(fmt::format("PVC {} {}", claim.name, claim.phase));
  }
  if (chains.empty() && causes.empty()) return "everything is ready";
  if (!chains.empty() && snapshot.pods.empty()) causes.insert(causes.begin(), "no pod exists");
  if (!causes.empty()) chains.push_back(Join(causes, ", "));
  std::string text = Join(chains, " <- ");
  const std::string warning = NewestWarning(snapshot.events, text);
  return warning.empty() ? text : text + "; newest warning: " + warning;
}

std::string Explain(const Snapshot& snapshot, bool complete) {
  if (!complete && snapshot.pods.empty() && snapshot.deployments.empty()) return "no pod was seen yet";
  return Explain(snapshot);
}

std::string Explain(KubeApi& api, const std::string& ns, Deadline deadline) {
  const auto snapshot = Observe(api, ns, deadline);
  return snapshot ? Explain(*snapshot) : "the Kubernetes API does not answer: " + snapshot.error().message();
}

std::string HowItEnded(const Pod& pod) {
  for (const Container& init : pod.init_containers) {
    if (init.last_terminated && init.last_terminated->exit_code != 0) {
      return fmt::format("init container {} ended with {}", init.name, init.last_terminated->exit_code);
    }
  }
  const auto& last = pod.container.last_terminated;
  return last ? fmt::format("container {} ended with {}", pod.container.name, last->exit_code) : "";
}

}  // namespace e2e
