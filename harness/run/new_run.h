// NewRun: the identity of a run and its folder.
#pragma once

#include "base/clock.h"
#include "base/outcome.h"
#include "run/options.h"
#include "run/result.h"
#include "steps/servers.h"

namespace e2e {

// "261124-023000-4711": date, time and process. Unique on this machine and fit for a cluster's name.
std::string NewRunId(const Clock& clock);

// Makes options.artifacts/<id> and lets options.artifacts/latest point there. kBadScenario when the chart can't be
// read, kInfra when the folder can't be made.
Outcome<RunInfo> NewRun(const RunOptions& options, const Servers& servers, const Clock& clock);

}  // namespace e2e
