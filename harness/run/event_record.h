// EventRecord: a run's events read back, and the record made of them where the run could not write it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <vector>

#include "base/outcome.h"

namespace e2e {

// The events of a run's folder in their order. Lines that are none are left out: a full disk may have cut them. Empty
// without a file. kBadScenario when the file is of a newer schema.
Outcome<std::vector<nlohmann::json>> ReadEvents(const std::filesystem::path& folder);

// They tell of the run's end.
bool RunEnded(const std::vector<nlohmann::json>& events);

// What WriteReport (run/report.h) would have written into report.json. A scenario that had not ended is INTERRUPTED,
// with the steps that it had done. kBadScenario when they don't tell of the run's begin.
Outcome<nlohmann::json> RecordFrom(const std::vector<nlohmann::json>& events);

}  // namespace e2e
