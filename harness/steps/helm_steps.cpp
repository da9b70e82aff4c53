// helm.*: changes of the release in the middle of a scenario.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>

#include "base/wait.h"
#include "cluster/workload.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/world.h"

namespace e2e {
namespace {

// The scenario's values, and on top of them the step's own, as a file beside the other artifacts (JSON is YAML).
Outcome<std::vector<std::string>> ValuesWith(World& world, const nlohmann::json& set) {
  std::vector<std::string> files = world.values_files;
  if (set.empty()) return files;
  const std::filesystem::path path = world.artifacts / fmt::format("values-step-{}.json", ++world.values_written);
  std::ofstream out(path);
  out << set.dump(2);
  out.close();
  if (!out) return Error(ErrorKind::kInfra, path.string() + " can't be written");
  files.push_back(path.string());
  return files;
}

enum class Verb { kInstall, kUpgrade };

template <Verb verb>
class HelmApply : public Step {
 public:
  void Fields(FieldVisitor& visitor) override { visitor.Object("set", set_, {.help = "values over the scenario's"}); }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const char* doing = verb == Verb::kInstall ? "helm.install" : "helm.upgrade";
    E2E_TRY(const std::vector<std::string> files, ValuesWith(world, set_), doing);
    E2E_TRY(const HelmRevision revision,
            verb == Verb::kInstall ? world.helm.Install(world.chart, files, deadline)
                                   : world.helm.Upgrade(world.chart, files, deadline),
            doing);
    return fmt::format("revision {} {}", revision.revision, revision.status);
  }

 private:
  nlohmann::json set_ = nlohmann::json::object();
};

// Ends only when no pod is left: a new release must not meet the old one's process on the volume.
class HelmUninstall : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_CHECK(world.helm.Uninstall(deadline), "helm.uninstall");
    const auto gone = [](const std::vector<nlohmann::json>& pods) -> Outcome<Probe> {
      if (pods.empty()) return Probe::Ready();
      return Probe::Pending("pod " + PodFrom(pods.front()).name + " is still there");
    };
    E2E_CHECK(world.api.WatchUntil({CorePath(world.ns, "pods"), world.Selector()}, "end of the release's pods",
                                   deadline, {}, gone),
              "helm.uninstall");
    return std::string("release and pods are gone");
  }
};

}  // namespace

std::vector<StepKind> HelmSteps() {
  return {
      {"helm.install", "install the chart again", Duration(60'000), MakeStep<HelmApply<Verb::kInstall>>()},
      {"helm.upgrade", "upgrade the release to other values", Duration(60'000), MakeStep<HelmApply<Verb::kUpgrade>>()},
      {"helm.uninstall", "uninstall the release and see its pods end", Duration(120'000), MakeStep<HelmUninstall>()},
  };
}

}  // namespace e2e
