// Merge: the runs of all parts of one split selection, joined into the record of one run.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "run/verdict.h"

namespace e2e {

// `folders` are those of the runs. Scenarios stand in the order of the parts. kBadScenario names the part that is
// missing, there twice, not complete, or of another split, server, chart or Kubernetes than the first one.
Outcome<nlohmann::json> MergeRecords(const std::vector<std::filesystem::path>& folders);

// Writes report.json, summary.md, report.html and junit.xml of `record` into `folder`, which is made. kInfra when one
// can't be written.
Status WriteRecord(const nlohmann::json& record, const std::filesystem::path& folder);

// The worst of its scenarios.
Verdict VerdictOf(const nlohmann::json& record);

}  // namespace e2e
