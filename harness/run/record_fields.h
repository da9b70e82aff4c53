// What several views read out of the record of a run (report.json, see run/report.h).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "run/verdict.h"

namespace e2e {

// Of a scenario or a step; 0 where it is not told.
double SecondsOf(const nlohmann::json& object);

// The worst of the run's problems and of its scenarios.
Verdict VerdictOf(const nlohmann::json& record);

}  // namespace e2e
