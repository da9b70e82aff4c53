#include "gtest/surface_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <iostream>

#include "cluster/helm_release.h"
#include "process/system_runner.h"
#include "run/surface_report.h"
#include "run/verdict.h"
#include "scenario/loader.h"
#include "scenario/mutant.h"
#include "steps/coverage.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

constexpr Duration kLimit{600'000};

// Removed at its end.
struct Scratch {
  fs::path path = fs::temp_directory_path() / fmt::format("stalwart-e2e-surface-{}", getpid());
  Scratch() { fs::create_directories(path); }
  ~Scratch() {
    std::error_code code;
    fs::remove_all(path, code);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
};

}  // namespace

Outcome<nlohmann::json> CoverSurface(const RunOptions& options, const std::vector<CompiledScenario>& mutants,
                                     const std::vector<CompiledScenario>& scenarios, Interrupt& interrupt) {
  Problems problems;
  const auto reviewed = LoadReviewed(options.scenarios / kSabotage / kReviewedFile, problems);
  if (!reviewed) return Error(ErrorKind::kBadScenario, Render(problems));
  SystemClock clock(interrupt);
  SystemRunner runner(clock, interrupt);
  const Scratch scratch;
  HelmRelease helm(
      runner,
      {.tools = options.tools, .kubeconfig = "/dev/null", .run_dir = scratch.path, .ns = "mail", .name = "stalwart"});
  const Deadline deadline = Deadline::In(clock, kLimit);
  std::vector<std::string> ids;
  for (const CompiledScenario& compiled : scenarios) ids.push_back(compiled.scenario.Id());
  const CoverageInput input{.chart = options.chart,
                            .root = options.scenarios,
                            .scratch = scratch.path,
                            .mutants = mutants,
                            .scenarios = std::move(ids),
                            .reviewed = *reviewed,
                            .render = [&](const fs::path& chart, const std::vector<std::string>& values) {
                              return helm.Template(helm.name(), chart.string(), values, deadline);
                            }};
  E2E_TRY(const Coverage coverage, Cover(input), "the chart's surface");
  return ToJson(coverage);
}

int ShowSurface(const RunOptions& options, const std::vector<CompiledScenario>& mutants,
                const std::vector<CompiledScenario>& scenarios, bool all, Interrupt& interrupt) {
  const auto surface = CoverSurface(options, mutants, scenarios, interrupt);
  if (!surface) {
    std::cerr << "stalwart-e2e: " << surface.error().Render() << "\n";
    return surface.error().kind() == ErrorKind::kBadScenario ? kExitUsage : ExitCode(VerdictOf(surface.error()));
  }
  if (all) std::cout << SurfaceItems(*surface);
  std::cout << SurfaceText(*surface);
  return SurfaceIsRed(*surface) ? ExitCode(Verdict::kFail) : 0;
}

}  // namespace e2e
