// ResultJson: a scenario's result as JSON, the one form for report.json and between the processes of a run.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/outcome.h"
#include "run/result.h"

namespace e2e {

// Each "error" is the rendered text for readers; "failure" beside it holds the parts.
nlohmann::json ToJson(const ScenarioResult& result);
nlohmann::json ToJson(const StepResult& step);
// What was under test; the folder is not in it.
nlohmann::json ToJson(const RunInfo& info);

// kInternal when it is not what ToJson writes.
Outcome<ScenarioResult> ResultFromJson(const nlohmann::json& object);

}  // namespace e2e
