// RecordedRun: finds a run that is over and reads back what it recorded.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

#include "base/outcome.h"

namespace e2e {

// The folder of a run: `run` is its id below `artifacts`, its path, or "latest", which is the newest one below
// `artifacts` that has a report.json or an events.jsonl. kBadScenario when there is none.
Outcome<std::filesystem::path> FindRun(const std::filesystem::path& artifacts, const std::string& run);

// The folder's report.json, as WriteReport (run/report.h) wrote it; made of the run's events when it is not there or
// the run was killed. kBadScenario when neither is that of a run.
Outcome<nlohmann::json> ReadRecord(const std::filesystem::path& folder);

}  // namespace e2e
