// `stalwart-e2e compare`: what an upgrade from one chart to another changes in the manifests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/interrupt.h"
#include "cluster/manifest_diff.h"
#include "process/command.h"
#include "run/options.h"

namespace e2e {

struct ChartPair {
  // As helm takes a chart: a folder, a package, an address.
  std::string before, after;
  // Values for both.
  std::vector<std::string> values_files;
  // Where the differences go as JSON too; empty: nowhere.
  std::filesystem::path json;
};

// What an upgrade changes, with values that both know. kExpectation when helm refuses one of the charts, kBadScenario
// when its render can't be read.
Outcome<ManifestDiff> CompareRendered(const ChartPair& charts, const RunOptions& options, CommandRunner& runner,
                                      const Clock& clock);

// Prints the differences as Markdown. 0: an upgrade can make them; 1: it can't, which is told first; 2: helm refuses
// one of the charts, or its render can't be read; 3: helm can't be run.
int CompareCharts(const ChartPair& charts, const RunOptions& options, Interrupt& interrupt);

}  // namespace e2e
