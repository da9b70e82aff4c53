// Selection: which of the scenarios the user asked for.
#pragma once

#include <string>
#include <vector>

#include "base/outcome.h"
#include "run/options.h"
#include "run/shard.h"
#include "steps/catalog.h"

namespace e2e {

// Keeps the scenarios that options.filter, options.only and options.tags all take, in their order. kBadScenario
// when an id of `only` or a tag is of no scenario, and when nothing is left: an empty run is no pass.
Status Select(const RunOptions& options, std::vector<CompiledScenario>& scenarios);

// Keeps those of this part, split by the durations of the run in that folder, or by number when it is empty; fills
// `shard`. All of them when its count is 0. kBadScenario as of TakeShard and DurationsIn (run/shard.h).
Status KeepShard(Shard& shard, const std::filesystem::path& durations, std::vector<CompiledScenario>& scenarios);

// Ids of the scenarios that failed in the newest run below `artifacts` that has results. kBadScenario when there is no
// such run, or when nothing failed in it.
Outcome<std::vector<std::string>> FailedInLatestRun(const std::filesystem::path& artifacts);

}  // namespace e2e
