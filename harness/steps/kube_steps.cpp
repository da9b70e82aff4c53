// kube.*: what the Kubernetes API says about the release's objects.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/subset.h"
#include "steps/usable.h"

namespace e2e {
namespace {

std::string PathOf(const std::string& object, const World& world) {
  if (object == "deployment") return GroupPath("apps/v1", world.ns, "deployments", world.release);
  if (object == "service") return CorePath(world.ns, "services", world.release);
  return CorePath(world.ns, "persistentvolumeclaims", world.release);
}

class KubeExpect : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text(
        "object", object_,
        {.help = "the release's object", .required = true, .choices = {"deployment", "service", "claim", "pod"}});
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

}  // namespace

std::vector<StepKind> KubeSteps() {
  return {
      {"kube.expect", "an object of the release holds these fields", Duration(30'000), MakeStep<KubeExpect>()},
      {"kube.unchanged", "the pod was neither replaced nor restarted", Duration(30'000), MakeStep<KubeUnchanged>()},
  };
}

}  // namespace e2e
