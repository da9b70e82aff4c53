// Report: the results as files that people and machines read.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "run/result.h"

namespace e2e {

// What of the run itself did not work, and no scenario is to blame for.
struct RunProblem {
  std::string what;  // in a word: "BringUp"
  Error error;

  // kInfra, or kInterrupted where the user stopped it.
  Verdict verdict() const;
};

// Writes report.json, summary.md, report.html and junit.xml into info.folder, each as a whole (written beside, then
// renamed). Called while scenarios run, too. At the end the folder's events, which
// are read anew, add time lines and measures, and the run is held against the last green one below the same folder.
enum class Detail { kWhileItRuns, kAtTheEnd };
Status WriteReport(const RunInfo& info, const std::vector<ScenarioResult>& results,
                   const std::vector<RunProblem>& problems = {}, Detail detail = Detail::kAtTheEnd);

// The same files of a record that is there already. kInfra when one can't be written.
Status WriteRecord(const std::filesystem::path& folder, const nlohmann::json& record,
                   const std::vector<nlohmann::json>& events = {});

// The same files again, out of what the folder of a run recorded.
Status WriteReportAgain(const std::filesystem::path& folder);

// `surface` and `qualification` as they stand in report.json; null where the run was for neither.
nlohmann::json PurposeToJson(const RunInfo& info, const std::vector<ScenarioResult>& results,
                             const std::vector<RunProblem>& problems);

// As it stands in report.json.
nlohmann::json ToJson(const RunProblem& problem);

// "PASS: 7 of 7 scenarios passed · server … · Kubernetes v1.37.2 · report …": the run's last line.
std::string VerdictLine(const RunInfo& info, Verdict verdict, const std::vector<ScenarioResult>& results);

}  // namespace e2e
