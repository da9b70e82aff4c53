// Lint: what scenarios must keep beyond each step's own fields, before anything starts.
#pragma once

#include <filesystem>
#include <vector>

#include "steps/catalog.h"

namespace e2e {

// Every file that a step names is below `root`, the folder of scenarios.
void RequireFiles(const CompiledScenario& scenario, const std::filesystem::path& root, Problems& problems);
// Checks have one id each, over all scenarios.
void RequireUniqueChecks(const std::vector<CompiledScenario>& scenarios, Problems& problems);

}  // namespace e2e
