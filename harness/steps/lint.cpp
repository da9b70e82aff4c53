#include "steps/lint.h"

#include <fmt/format.h>

#include <map>

namespace e2e {
namespace {

void RequireFilesOf(const std::vector<CompiledStep>& steps, const std::filesystem::path& root, Problems& problems) {
  for (const CompiledStep& step : steps) {
    for (const std::string& file : step.step->Files()) {
      if (std::filesystem::exists(root / file)) continue;
      problems.push_back(
          Error(ErrorKind::kBadScenario, fmt::format("file {} does not exist", (root / file).string())).At(step.where));
    }
    for (const StepBlock* block : step.step->Blocks()) RequireFilesOf(block->steps, root, problems);
  }
}

}  // namespace

void RequireFiles(const CompiledScenario& scenario, const std::filesystem::path& root, Problems& problems) {
  RequireFilesOf(scenario.steps, root, problems);
}

void RequireUniqueChecks(const std::vector<CompiledScenario>& scenarios, Problems& problems) {
  std::map<std::string, SourceLocation> known;
  for (const CompiledScenario& compiled : scenarios) {
    for (const CompiledStep& step : compiled.steps) {
      const CheckInfo* info = step.step->Info();
      if (info == nullptr) continue;
      const auto [at, added] = known.emplace(info->id, step.where);
      if (added) continue;
      problems.push_back(
          Error(ErrorKind::kBadScenario, fmt::format("check {} is there already, at {}", info->id, at->second.Text()))
              .At(step.where));
    }
  }
}

}  // namespace e2e
