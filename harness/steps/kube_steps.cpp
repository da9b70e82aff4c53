// kube.*: what the Kubernetes API says about the release's objects.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/wait.h"
#include "cluster/json_access.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/release_pods.h"
#include "steps/subset.h"
#include "steps/usable.h"

namespace e2e {
namespace {

std::string PathOf(const std::string& object, const World& world) {
  if (object == "admin-secret") return CorePath(world.ns, "secrets", world.release + "-admin");
  if (object == "deployment") return GroupPath("apps/v1", world.ns, "deployments", world.release);
  if (object == "service") return CorePath(world.ns, "services", world.release);
  return CorePath(world.ns, "persistentvolumeclaims", world.release);
}

class KubeExpect : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("object", object_,
                 {.help = "the release's object",
                  .required = true,
                  .choices = {"deployment", "service", "claim", "pod", "admin-secret"}});
    visitor.Object("match", match_, {.help = "what the object must hold", .required = true});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    nlohmann::json object;
    if (object_ == "pod") {
      E2E_TRY(const auto pods, world.api.List({CorePath(world.ns, "pods"), world.Selector()}, deadline), "kube.expect");
      if (pods.size() != 1) return Error(ErrorKind::kExpectation, fmt::format("{} pods, expected one", pods.size()));
      object = pods.front();
    } else {
      E2E_TRY(object, world.api.Get(PathOf(object_, world), deadline), "kube.expect " + object_);
    }
    if (JsonAt(object, "/metadata/deletionTimestamp").is_string()) {
      return Error(ErrorKind::kExpectation, fmt::format("the {} is being deleted", object_));
    }
    if (const auto difference = FindDifference(match_, object)) {
      return Error(ErrorKind::kExpectation, fmt::format("the {} is not as expected: {}", object_, *difference));
    }
    return fmt::format("the {} is as expected", object_);
  }

 private:
  std::string object_;
  nlohmann::json match_;
};

// Same pod, same container, same count of restarts as when the release was last usable.
class KubeUnchanged : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const Baseline now, ReadBaseline(world, deadline), "kube.unchanged");
    const Baseline& then = world.baseline;
    if (now.pod_uid != then.pod_uid || now.container_id != then.container_id || now.restarts != then.restarts) {
      return Error(ErrorKind::kExpectation,
                   fmt::format("pod {} container {} restarts {} is now pod {} container {} restarts {}", then.pod_uid,
                               then.container_id, then.restarts, now.pod_uid, now.container_id, now.restarts));
    }
    return fmt::format("same pod, same container, {} restarts", now.restarts);
  }
};

// A change behind helm's back.
class KubePatch : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("object", object_,
                 {.help = "the release's object", .required = true, .choices = {"deployment", "service", "claim"}});
    visitor.Object("patch", patch_, {.help = "a strategic merge patch", .required = true});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const nlohmann::json patched,
            world.api.Patch(PathOf(object_, world), PatchType::kStrategic, patch_, deadline), "kube.patch " + object_);
    return fmt::format("the {} is patched", object_);
  }

 private:
  std::string object_;
  nlohmann::json patch_;
};

// As kubectl scale does, until that many pods exist.
class KubeScale : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    // The volume is one server's alone.
    visitor.Number("replicas", replicas_, {.help = "pods wanted", .required = true, .min = 0, .max = 1});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const Scaled receipt, Scale(world.Target(), world.release, static_cast<int>(replicas_), deadline),
            "kube.scale");
    return world.Prove("kube.scale", receipt.Text());
  }

 private:
  long long replicas_ = 1;
};

// What a container of the newest pod has written.
class KubeLog : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("container", container_, {.help = "a container of the pod, init containers too; default: the server"});
    visitor.Texts("says", says_, {.help = "what must come to be in it; default: anything"});
    visitor.Texts("silent", silent_, {.help = "what must not be in it"});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    std::string log;
    const auto complete = [&]() -> Outcome<Probe> {
      const auto pod = NewestPod(world, deadline);
      if (!pod) return PendingOn(pod.error());
      auto text = ContainerLog(world, pod->name, container_.empty() ? pod->container.name : container_, deadline);
      if (!text) return PendingOn(text.error());
      log = std::move(*text);
      if (Trim(log).empty()) return Probe::Pending("the log is empty");
      for (const std::string& text_wanted : says_) {
        if (log.find(text_wanted) == std::string::npos) return Probe::Pending("the log lacks \"" + text_wanted + "\"");
      }
      return Probe::Ready();
    };
    E2E_CHECK(WaitUntil(world.clock, "container's log", deadline, {}, complete), "kube.log");
    for (const std::string& unwanted : silent_) {
      if (log.find(unwanted) == std::string::npos) continue;
      return Error(ErrorKind::kExpectation, "the log holds \"" + unwanted + "\"").Detail(Tail(log, 20));
    }
    return fmt::format("{} lines", Split(Trim(log), '\n').size());
  }

 private:
  std::string container_;
  std::vector<std::string> says_;
  std::vector<std::string> silent_;
};

}  // namespace

std::vector<StepKind> KubeSteps() {
  return {
      {"kube.expect", "an object of the release holds these fields", Duration(30'000), MakeStep<KubeExpect>(),
       /*checks=*/true},
      {"kube.unchanged", "the pod was neither replaced nor restarted", Duration(30'000), MakeStep<KubeUnchanged>(),
       /*checks=*/true},
      {"kube.patch", "change an object of the release behind helm's back", Duration(30'000), MakeStep<KubePatch>()},
      {"kube.scale", "set the Deployment's replicas and see that many pods", Duration(120'000), MakeStep<KubeScale>(),
       /*checks=*/false, /*breaks=*/true},
      {"kube.log", "a container's log is not empty and holds these words", Duration(30'000), MakeStep<KubeLog>(),
       /*checks=*/true},
  };
}

}  // namespace e2e
