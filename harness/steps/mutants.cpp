#include "steps/mutants.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scenario/loader.h"
#include "steps/server_profile.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

Error Mistake(const Mutant& mutant, const std::string& message) {
  return Error(ErrorKind::kBadScenario, message).At(mutant.where);
}

std::string DidYouMean(const std::string& word, const std::vector<std::string>& known) {
  const auto near = Nearest(word, known);
  return near ? fmt::format(" (did you mean \"{}\"?)", *near) : fmt::format("; there are {}", Join(known, ", "));
}

std::vector<std::string> IdsBelow(const fs::path& root) {
  Problems elsewhere;
  std::vector<std::string> ids;
  for (const Scenario& scenario : LoadScenarios(root, elsewhere)) ids.push_back(scenario.Id());
  return ids;
}

std::string NameOf(const CompiledStep& step) {
  const CheckInfo* info = step.step->Info();
  return info != nullptr ? info->id : step.kind;
}

std::vector<std::string> StepNames(const CompiledScenario& compiled) {
  std::vector<std::string> names = {"install"};
  for (const CompiledStep& step : compiled.steps) names.push_back(NameOf(step));
  return names;
}

void RequireKiller(const Mutant& mutant, const CompiledScenario& compiled, Problems& problems) {
  const std::vector<std::string> names = StepNames(compiled);
  if (std::count(names.begin(), names.end(), mutant.killer.step) == 0) {
    problems.push_back(Mistake(mutant, fmt::format("{} has no step or check \"{}\"{}", mutant.killer.scenario,
                                                   mutant.killer.step, DidYouMean(mutant.killer.step, names))));
  }
  const auto later = [](const ObjectPatch& patch) { return patch.when == "upgrade"; };
  if (std::any_of(mutant.patches.begin(), mutant.patches.end(), later) &&
      std::count(names.begin(), names.end(), "helm.upgrade") == 0) {
    problems.push_back(Mistake(
        mutant,
        fmt::format("it patches upgrades, and {} has no helm.upgrade: nothing would change", mutant.killer.scenario)));
  }
}

void PutOn(Scenario& scenario, const Mutant& mutant, Problems& problems) {
  scenario.suite = kSabotage;
  scenario.stem = mutant.id;
  scenario.title = mutant.breaks;
  scenario.where = mutant.where;
  if (mutant.timeout > Duration(0)) scenario.timeout = mutant.timeout;
  scenario.install.set.merge_patch(mutant.values);
  if (mutant.server.empty()) return;
  if (const auto profile = FindProfile(mutant.server)) {
    scenario.install.layout = Name(profile->layout);
  } else {
    problems.push_back(Mistake(mutant, profile.error().message()));
  }
}

void HurryKiller(const Killer& killer, CompiledScenario& compiled) {
  if (killer.within <= Duration(0)) return;
  for (CompiledStep& step : compiled.steps) {
    if (NameOf(step) == killer.step) step.step->within = killer.within;
  }
}

}  // namespace

std::optional<CompiledScenario> CompileMutant(Mutant mutant, const fs::path& root, Problems& problems) {
  const std::size_t before = problems.size();
  const fs::path file = root / (mutant.killer.scenario + ".yaml");
  if (!fs::exists(file)) {
    problems.push_back(Mistake(mutant, fmt::format("there is no scenario \"{}\"{}", mutant.killer.scenario,
                                                   DidYouMean(mutant.killer.scenario, IdsBelow(root)))));
    return std::nullopt;
  }
  auto scenario = LoadScenario(file, root, problems);
  if (!scenario) return std::nullopt;
  PutOn(*scenario, mutant, problems);
  auto compiled = Compile(std::move(*scenario), BuiltinSteps(), problems);
  if (!compiled) return std::nullopt;
  RequireKiller(mutant, *compiled, problems);
  if (problems.size() > before) return std::nullopt;
  HurryKiller(mutant.killer, *compiled);
  compiled->scenario.mutant = std::make_shared<const Mutant>(std::move(mutant));
  return compiled;
}

std::vector<CompiledScenario> CompileMutants(const fs::path& root, Problems& problems) {
  std::vector<CompiledScenario> all;
  for (Mutant& mutant : LoadMutants(root, problems)) {
    if (auto compiled = CompileMutant(std::move(mutant), root, problems)) all.push_back(std::move(*compiled));
  }
  return all;
}

}  // namespace e2e
