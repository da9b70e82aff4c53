// Merge: the runs of all parts of one split selection, joined into the record of one run.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <vector>

#include "base/outcome.h"

namespace e2e {

// `folders` are those of the runs. Scenarios and problems stand in the order of the parts. kBadScenario names the part
// that is missing, there twice, not complete, or of another split, server, chart or Kubernetes than the first one.
Outcome<nlohmann::json> MergeRecords(const std::vector<std::filesystem::path>& folders);

}  // namespace e2e
