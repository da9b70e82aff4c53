// Which chart a scenario means.
#pragma once

#include <string>

#include "steps/world.h"

namespace e2e {

// The words for charts that were released before the one under test: the last of them, and the one before that.
inline constexpr const char* kReleased = "released";
inline constexpr const char* kReleasedBefore = "released-before";

struct ChartChoice {
  std::string path;
  // It knows the server's image only: its Service can't be told node ports, its server chooses the administrator's
  // password. So it is with a chart whose values have no `admin`.
  bool foreign = false;
};

// The chart under test, or the mutant in its place, for an empty name; a released one for its word; otherwise a chart
// by its path from the folder that holds the chart under test. kBadScenario when there is no chart, kInconclusive when
// the run was given no such release.
Outcome<ChartChoice> FindChart(const World& world, const std::string& name);

}  // namespace e2e
