// Replay: decides a recorded run anew, out of its events alone. A failure of the field becomes a test that way: its
// events are kept, and no later version may decide them otherwise.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "run/verdict.h"

namespace e2e {

// A decision that does not come out as it was recorded.
struct Difference {
  std::string what;  // "smoke/boot, round 2, attempt 1"
  std::string recorded;
  std::string decided;
};

struct Replayed {
  // Decided anew; a measurement is that of a step outage.end.
  int scenarios = 0;
  int attempts = 0;
  int measurements = 0;
  // What was not decided by events, and why: a lane that died, a run that was stopped.
  std::vector<std::string> left_out{};
  std::vector<Difference> differences{};
  // Of the run, unless that was left out.
  std::optional<Verdict> verdict{};
};

// Decides each measurement of ports out of its samples, each fault by its receipt, each attempt by its steps, mutant
// and clean-up, each scenario by its attempts, and the run by its scenarios, with the code that decides a run.
// What the cluster said is taken as it was recorded. kBadScenario when the events are not those of a run, or have
// steps that this version does not know.
Outcome<Replayed> Replay(const std::vector<nlohmann::json>& events);

}  // namespace e2e
