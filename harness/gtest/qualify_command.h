// The `qualify` command: finds the released charts, holds the manifests against each other, and runs the lanes.
#pragma once

#include <string>
#include <vector>

#include "base/interrupt.h"
#include "gtest/options.h"
#include "steps/catalog.h"

namespace e2e {

// Gives the exit code. `lanes` are all of scenarios/qualify, compiled. A release that can't be had is the user's
// mistake (2) or infrastructure (3), and then nothing is started.
int Qualify(CommandLine line, const std::vector<std::string>& gtest_flags, std::vector<CompiledScenario> lanes,
            Interrupt& interrupt);

}  // namespace e2e
