// wait.*: until the release works again, or until the kubelet has done its part.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/wait.h"
#include "cluster/explain.h"
#include "steps/catalog.h"
#include "steps/greeting.h"
#include "steps/make_step.h"
#include "steps/ports.h"
#include "steps/release_pods.h"
#include "steps/usable.h"
#include "steps/wanted_end.h"

namespace e2e {
namespace {

// A port that is open greets at once.
constexpr Duration kPerGreeting{3'000};
constexpr Duration kLooks{500};

class WaitUsable : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("because", options_.because, {.help = "what stands before this wait, for its text"});
    visitor.Flag("provision", options_.provision, {.help = "make domain and accounts again first"});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const TimePoint start = world.clock.Now();
    E2E_CHECK(WaitUntilUsable(world, options_, deadline), "waiting until the release is usable");
    return fmt::format("all eight ports greet, a login works, probes say 200 after {}",
                       Text(std::chrono::duration_cast<Duration>(world.clock.Now() - start)));
  }

 private:
  UsableOptions options_;
};

// The kubelet itself must have restarted the container: same pod, another container, one more restart.
class WaitRestarted : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    Pod last;
    const auto restarted = [&](const std::vector<nlohmann::json>& objects) -> Outcome<Probe> {
      for (const nlohmann::json& object : objects) {
        last = PodFrom(object);
        if (last.uid != world.baseline.pod_uid) continue;
        if (last.container.restart_count > world.baseline.restarts &&
            last.container.id != world.baseline.container_id) {
          return Probe::Ready();
        }
        return Probe::Pending(fmt::format("container {} runs with {} restarts, ready: {}",
                                          last.container.id.substr(0, 12), last.container.restart_count, last.ready));
      }
      return Probe::Pending("the pod with UID " + world.baseline.pod_uid + " is not there");
    };
    E2E_CHECK(world.api.WatchUntil({CorePath(world.ns, "pods"), world.Selector()},
                                   "restart of the container by the kubelet", deadline, {}, restarted),
              "wait.restarted");
    const std::string end =
        last.container.last_terminated
            ? fmt::format("{} ({})", last.container.last_terminated->exit_code, last.container.last_terminated->reason)
            : "unknown";
    world.frozen.reset();  // what was frozen is gone
    return fmt::format("receipt: same pod, container {} -> {}, restarts {} -> {}, last exit {}",
                       world.baseline.container_id.substr(0, 12), last.container.id.substr(0, 12),
                       world.baseline.restarts, last.container.restart_count, end);
  }
};

// The old pod is gone and another one is there, as after an upgrade of a Deployment with strategy Recreate.
class WaitReplaced : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    std::string successor;
    const auto replaced = [&](const std::vector<nlohmann::json>& objects) -> Outcome<Probe> {
      for (const nlohmann::json& object : objects) {
        const Pod pod = PodFrom(object);
        if (pod.uid == world.baseline.pod_uid) return Probe::Pending("pod " + pod.name + " is still there");
        if (!pod.deleting) successor = pod.uid;
      }
      return successor.empty() ? Probe::Pending("no other pod is there yet") : Probe::Ready();
    };
    E2E_CHECK(world.api.WatchUntil({CorePath(world.ns, "pods"), world.Selector()}, "replacement of the pod", deadline,
                                   {}, replaced),
              "wait.replaced");
    return fmt::format("receipt: pod {} -> {}", world.baseline.pod_uid, successor);
  }
};

// An init container keeps the server from starting, and says why.
class WaitRefused : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("container", container_, {.help = "the init container that refuses", .required = true});
    visitor.Text("says", says_, {.help = "what its log must hold", .required = true});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const TimePoint start = world.clock.Now();
    Pod pod;
    const auto refused = [&]() -> Outcome<Probe> {
      auto newest = NewestPod(world, deadline);
      if (!newest) return PendingOn(newest.error());
      pod = std::move(*newest);
      return Look(world, pod, deadline);
    };
    E2E_CHECK(WaitUntil(world.clock, fmt::format("refusal by init container {}", container_), deadline, {}, refused),
              "wait.refused");
    // The next wait.replaced is for this pod's end.
    world.baseline.pod_uid = pod.uid;
    world.baseline.container_id.clear();
    return fmt::format("init container {} of pod {} ended with {} after {}, the server was not started", container_,
                       pod.name, Ended(pod)->exit_code,
                       Text(std::chrono::duration_cast<Duration>(world.clock.Now() - start)));
  }

 private:
  std::optional<Termination> Ended(const Pod& pod) const {
    for (const Container& init : pod.init_containers) {
      if (init.name == container_) return init.last_terminated;
    }
    return std::nullopt;
  }

  Outcome<Probe> Look(World& world, const Pod& pod, Deadline deadline) const {
    if (!pod.container.id.empty() || !pod.container.started_at.empty()) {
      return Error(ErrorKind::kExpectation,
                   fmt::format("the server of pod {} was started, although {} ought to refuse", pod.name, container_));
    }
    const auto ended = Ended(pod);
    if (!ended || ended->exit_code == 0) return Probe::Pending(ExplainPod(pod));
    const auto log = ContainerLog(world, pod.name, container_, deadline);
    if (!log) return PendingOn(log.error());
    if (log->find(says_) != std::string::npos) return Probe::Ready();
    return Probe::Pending(fmt::format("{} refuses, but does not say \"{}\": {}", container_, says_, Tail(*log, 5)));
  }

  std::string container_;
  std::string says_;
};

// The release's pod can't come up, and the wait for it says why.
class WaitHopeless : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("reason", wanted_.reason, {.help = "why", .required = true, .choices = ReasonNames()});
    visitor.Texts("says", wanted_.says, {.help = "words that its text must hold"});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const Status ended = WaitUntilUsable(world, {.because = "a change that can't work"}, deadline);
    E2E_CHECK(JudgeEnd(wanted_, ended), "wait.hopeless");
    E2E_TRY(const Pod pod, NewestPod(world, deadline), "wait.hopeless");
    // The next wait.replaced is for this pod's end.
    world.baseline.pod_uid = pod.uid;
    world.baseline.container_id.clear();
    return fmt::format("hopeless with {}: {}", wanted_.reason, ended.error().message());
  }

 private:
  WantedEnd wanted_;
};

// The node's proxy follows a change of the Service in its own time, and until then clients still get through.
class WaitClosed : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    std::vector<std::string> ports;
    for (const PortContract& port : kPortContracts) ports.emplace_back(port.name);
    visitor.Text("port", port_, {.help = "port of the Service", .required = true, .choices = ports});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const auto closed = [&]() -> Outcome<Probe> {
      const auto greeting = ReadGreeting(world, ContractOf(port_), Deadline::In(world.clock, kPerGreeting));
      if (greeting) return Probe::Pending(fmt::format("port {} still greets: {}", port_, *greeting));
      const ErrorKind kind = greeting.error().kind();
      if (kind == ErrorKind::kTransport || kind == ErrorKind::kTimeout) return Probe::Ready();
      return greeting.error();
    };
    E2E_CHECK(
        WaitUntil(world.clock, fmt::format("port {} to be closed", port_), deadline, {.interval = kLooks}, closed),
        "wait.closed");
    return fmt::format("port {} does not answer any more", port_);
  }

 private:
  std::string port_;
};

class WaitGone : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_CHECK(AwaitNoPod(world, deadline), "wait.gone");
    return std::string("no pod of the release is left");
  }
};

}  // namespace

std::vector<StepKind> WaitSteps() {
  return {
      {"wait.usable", "until all ports greet, a login works and the probes say 200", Duration(300'000),
       MakeStep<WaitUsable>(), /*checks=*/true},
      {"wait.restarted", "until the kubelet has restarted the container", Duration(180'000), MakeStep<WaitRestarted>(),
       /*checks=*/true},
      {"wait.replaced", "until another pod has taken the place of the old one", Duration(120'000),
       MakeStep<WaitReplaced>(), /*checks=*/true},
      {"wait.refused", "until an init container refuses, says why, and no server was started", Duration(120'000),
       MakeStep<WaitRefused>(), /*checks=*/true},
      {"wait.hopeless", "until the release's pod is known not to come up, for this reason", Duration(180'000),
       MakeStep<WaitHopeless>(), /*checks=*/true},
      {"wait.closed", "until a port does not answer any more", Duration(60'000), MakeStep<WaitClosed>(),
       /*checks=*/true},
      {"wait.gone", "until no pod of the release is left", Duration(120'000), MakeStep<WaitGone>(), /*checks=*/true},
  };
}

}  // namespace e2e
