#include "run/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "cluster/json_access.h"
#include "run/event_record.h"
#include "run/junit.h"
#include "run/kill_matrix.h"
#include "run/last_green.h"
#include "run/qualification.h"
#include "run/recorded_run.h"
#include "run/report_page.h"
#include "run/report_views.h"
#include "run/result_json.h"
#include "run/write_whole.h"

namespace e2e {

using nlohmann::json;

// What a server said may be no UTF-8. The views are made of what can be read back.
Status WriteRecord(const std::filesystem::path& folder, const json& record, const std::vector<json>& events) {
  const std::string text = record.dump(2, ' ', false, json::error_handler_t::replace);
  const json report = json::parse(text);
  E2E_CHECK(WriteWhole(folder / "report.json", text), "writing the report");
  E2E_CHECK(WriteWhole(folder / "summary.md", SummaryOf(report, events)), "writing the summary");
  E2E_CHECK(WriteWhole(folder / "report.html", PageOf(report, events, folder)), "writing the page");
  if (const json& decided = JsonAt(report, "/qualification"); !decided.is_null()) {
    E2E_CHECK(WriteWhole(folder / "qualification.md", QualificationMarkdown(decided)), "writing the verdict");
  }
  return WriteWhole(folder / "junit.xml", JunitOf(report));
}

json ToJson(const RunProblem& problem) {
  return {{"what", problem.what},
          {"verdict", Name(problem.verdict())},
          {"message", problem.error.message()},
          {"error", problem.error.Render()}};
}

json PurposeToJson(const RunInfo& info, const std::vector<ScenarioResult>& results,
                   const std::vector<RunProblem>& problems) {
  const RunPurpose& purpose = info.purpose;
  return {{"surface", purpose.surface ? *purpose.surface : json()},
          {"qualification", purpose.qualifying ? QualificationOf(*purpose.qualifying, results, problems) : json()}};
}

Verdict RunProblem::verdict() const {
  return VerdictOf(error) == Verdict::kInterrupted ? Verdict::kInterrupted : Verdict::kInfra;
}

Status WriteReport(const RunInfo& info, const std::vector<ScenarioResult>& results,
                   const std::vector<RunProblem>& problems, Detail detail) {
  json scenarios = json::array();
  for (const ScenarioResult& result : results) scenarios.push_back(ToJson(result));
  json problem_list = json::array();
  for (const RunProblem& problem : problems) problem_list.push_back(ToJson(problem));
  json record = ToJson(info);
  record.update(PurposeToJson(info, results, problems));
  record.update(
      {{"schema", 1}, {"sabotage", KillMatrix(results)}, {"problems", problem_list}, {"scenarios", scenarios}});
  if (detail == Detail::kWhileItRuns) return WriteRecord(info.folder, record);
  record["compared"] = CompareWithLastGreen(info.folder, record);
  E2E_TRY(const std::vector<json> events, ReadEvents(info.folder), "writing the page");
  return WriteRecord(info.folder, record, events);
}

Status WriteReportAgain(const std::filesystem::path& folder) {
  E2E_TRY(json record, ReadRecord(folder), "report");
  record["compared"] = CompareWithLastGreen(folder, record);
  E2E_TRY(const std::vector<json> events, ReadEvents(folder), "report");
  return WriteRecord(folder, record, events);
}

std::string VerdictLine(const RunInfo& info, Verdict verdict, const std::vector<ScenarioResult>& results) {
  const auto passed = std::count_if(results.begin(), results.end(),
                                    [](const ScenarioResult& result) { return result.verdict == Verdict::kPass; });
  const std::string kills = KillLine(KillMatrix(results));
  return fmt::format("{}: {} | server: {}{} | Kubernetes {} | report: {}", Name(verdict),
                     kills.empty() ? fmt::format("{} of {} scenarios passed", passed, results.size()) : kills,
                     info.server, info.standin.empty() ? "" : " | stand-in: " + info.standin, info.kubernetes_version,
                     (info.folder / "report.html").string());
}

}  // namespace e2e
