// The surface of the chart against the catalogue of mutants: the `surface` command, and what `prove` has of it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <vector>

#include "base/interrupt.h"
#include "run/options.h"
#include "steps/catalog.h"

namespace e2e {

// As ToJson of steps/coverage.h. Renders the chart with helm, and needs no cluster. kBadScenario for a mistake in the
// reviewed list; otherwise as Cover.
Outcome<nlohmann::json> CoverSurface(const RunOptions& options, const std::vector<CompiledScenario>& mutants,
                                     const std::vector<CompiledScenario>& scenarios, Interrupt& interrupt);

// Prints it, with each item's mutants when `all`, and gives the exit code: that of FAIL where anything is red.
int ShowSurface(const RunOptions& options, const std::vector<CompiledScenario>& mutants,
                const std::vector<CompiledScenario>& scenarios, bool all, Interrupt& interrupt);

}  // namespace e2e
