#include "gtest/compare_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <iostream>

#include "base/clock.h"
#include "cluster/helm_release.h"
#include "cluster/manifest_diff.h"
#include "process/system_runner.h"
#include "run/verdict.h"
#include "run/write_whole.h"

namespace e2e {

namespace {

constexpr std::chrono::minutes kRender{2};

}  // namespace

Outcome<ManifestDiff> CompareRendered(const ChartPair& charts, const RunOptions& options, CommandRunner& runner,
                                      const Clock& clock) {
  HelmRelease release(runner, {.tools = options.tools,
                               .kubeconfig = "/dev/null",
                               .run_dir = options.cache / "compare",
                               .ns = "mail",
                               .name = "stalwart"});
  const auto render = [&](const std::string& chart) {
    return release.Template(release.name(), chart, charts.values_files, Deadline::In(clock, kRender));
  };
  E2E_TRY(const std::string before, render(charts.before), "compare");
  E2E_TRY(const std::string after, render(charts.after), "compare");
  E2E_TRY(ManifestDiff diff, CompareManifests(before, after), "compare");
  if (!charts.json.empty()) E2E_CHECK(WriteWhole(charts.json, ToJson(diff).dump(2) + "\n"), "compare");
  return diff;
}

int CompareCharts(const ChartPair& charts, const RunOptions& options, Interrupt& interrupt) {
  SystemClock clock(interrupt);
  SystemRunner runner(clock, interrupt);
  const auto diff = CompareRendered(charts, options, runner, clock);
  if (!diff) {
    std::cerr << "stalwart-e2e: " << diff.error().Render() << "\n";
    const bool theirs =
        diff.error().kind() == ErrorKind::kExpectation || diff.error().kind() == ErrorKind::kBadScenario;
    return theirs ? kExitUsage : ExitCode(Verdict::kInfra);
  }
  std::cout << fmt::format("# From {} to {}\n{}", charts.before, charts.after, AsMarkdown(*diff));
  return diff->Impossible().empty() ? 0 : ExitCode(Verdict::kFail);
}

}  // namespace e2e
