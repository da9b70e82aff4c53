// ReplayOutage: a measurement of ports, put together again out of its event.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

#include "base/outcome.h"

namespace e2e {

// What JudgeOutage (steps/outage_limits.h) says of the measurement that an event `outage` tells of. kBadScenario when
// the event does not tell all of it.
Outcome<std::string> JudgeRecordedOutage(const nlohmann::json& outage);

}  // namespace e2e
