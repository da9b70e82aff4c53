// The `run` command: GoogleTest around bring-up, scenarios and tear-down.
#pragma once

#include <string>
#include <vector>

#include "base/interrupt.h"
#include "run/options.h"
#include "run/result.h"
#include "run/shard.h"
#include "steps/catalog.h"

namespace e2e {

// Gives the exit code. `gtest_flags` are GoogleTest's own flags. With `purpose.qualifying` the scenarios are lanes, and
// the code is that of its verdict unless the user stopped it. `interrupt` is installed already. Prints the server under
// test in its first line and the verdict in its last one (both on stdout). A `shard` with a count is recorded as what
// this run is.
int RunScenarios(const RunOptions& options, const std::vector<std::string>& gtest_flags,
                 const std::vector<CompiledScenario>& scenarios, Interrupt& interrupt, RunPurpose purpose = {},
                 const Shard& shard = {});

}  // namespace e2e
