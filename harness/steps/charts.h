// Which chart a scenario means.
#pragma once

#include <string>

#include "steps/world.h"

namespace e2e {

// The chart under test, or the mutant in its place, for an empty name; otherwise a chart by its path from the folder
// that holds the chart under test. kBadScenario when there is no chart.
Outcome<std::string> FindChart(const World& world, const std::string& name);

}  // namespace e2e
