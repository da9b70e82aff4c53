// Mutants: a scenario that is run on a mutant in place of the product.
#pragma once

#include <filesystem>
#include <optional>

#include "scenario/mutant.h"
#include "steps/catalog.h"

namespace e2e {

// The killer's scenario below `root`, on the mutant: a scenario of the suite "sabotage" with the mutant's name, server,
// values and limit. A killer that is not there, a server that no profile has, and what never comes into force go to
// `problems`; then there is no result.
std::optional<CompiledScenario> CompileMutant(Mutant mutant, const std::filesystem::path& root, Problems& problems);

// All of `root`/sabotage.
std::vector<CompiledScenario> CompileMutants(const std::filesystem::path& root, Problems& problems);

}  // namespace e2e
