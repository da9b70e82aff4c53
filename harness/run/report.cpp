#include "run/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "run/junit.h"
#include "run/kill_matrix.h"
#include "run/qualification.h"
#include "run/report_page.h"
#include "run/report_views.h"
#include "run/result_json.h"
#include "run/write_whole.h"

namespace e2e {

using nlohmann::json;

namespace {

json ToJson(const RunProblem& problem) {
  return {{"what", problem.what},
          {"verdict", Name(problem.verdict())},
          {"message", problem.error.message()},
          {"error", problem.error.Render()}};
}

json QualificationIn(const RunInfo& info, const std::vector<ScenarioResult>& results) {
  return info.purpose.qualifying ? QualificationOf(*info.purpose.qualifying, results) : json();
}

}  // namespace

Verdict RunProblem::verdict() const {
  return VerdictOf(error) == Verdict::kInterrupted ? Verdict::kInterrupted : Verdict::kInfra;
}

Status WriteReport(const RunInfo& info, const std::vector<ScenarioResult>& results,
                   const std::vector<RunProblem>& problems) {
  json scenarios = json::array();
  for (const ScenarioResult& result : results) scenarios.push_back(ToJson(result));
  json problem_list = json::array();
  for (const RunProblem& problem : problems) problem_list.push_back(ToJson(problem));
  const json written = {{"schema", 1},
                        {"run", info.run_id},
                        {"server", info.server},
                        {"server_image", info.server_image},
                        {"standin", info.standin},
                        {"standin_image", info.standin_image},
                        {"kubernetes", info.kubernetes_version},
                        {"chart", info.chart_version},
                        {"started", Rfc3339(info.started)},
                        {"sabotage", KillMatrix(results)},
                        {"surface", info.purpose.surface ? *info.purpose.surface : json()},
                        {"qualification", QualificationIn(info, results)},
                        {"problems", problem_list},
                        {"scenarios", scenarios}};
  // What a server said may be no UTF-8. The views are made of what can be read back.
  const std::string text = written.dump(2, ' ', false, json::error_handler_t::replace);
  const json report = json::parse(text);
  E2E_CHECK(WriteWhole(info.folder / "report.json", text), "writing the report");
  E2E_CHECK(WriteWhole(info.folder / "summary.md", SummaryOf(report)), "writing the summary");
  E2E_CHECK(WriteWhole(info.folder / "report.html", PageOf(report)), "writing the page");
  if (const json& decided = report.at("qualification"); !decided.is_null()) {
    E2E_CHECK(WriteWhole(info.folder / "qualification.md", QualificationMarkdown(decided)), "writing the verdict");
  }
  return WriteWhole(info.folder / "junit.xml", JunitOf(report));
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
