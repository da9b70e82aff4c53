// KillMatrix: mutants by checks, out of the results of a run.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "run/result.h"

namespace e2e {

// {"mutants": [{id, breaks, fate, check, seen, checks: {check: "killed"|"failed"|"passed"}}], "checks": [...],
// "fates": {fate: count}}; null when no scenario was run on a mutant. A check is "suite/name: step".
nlohmann::json KillMatrix(const std::vector<ScenarioResult>& results);
// "killed 40 of 41, void 0, survived 1, wrong 0"; empty for null. What was not judged is told only where there is any.
std::string KillLine(const nlohmann::json& matrix);
// For a terminal, with the line at the end.
std::string KillText(const nlohmann::json& matrix);
// For summary.md; empty for null.
std::string KillMarkdown(const nlohmann::json& matrix);

}  // namespace e2e
