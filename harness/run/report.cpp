#include "run/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "run/kill_matrix.h"
#include "run/report_page.h"
#include "run/report_views.h"
#include "run/result_json.h"
#include "run/write_whole.h"

namespace e2e {

using nlohmann::json;

Status WriteReport(const RunInfo& info, const std::vector<ScenarioResult>& results) {
  json scenarios = json::array();
  for (const ScenarioResult& result : results) scenarios.push_back(ToJson(result));
  const json report = {{"schema", 1},
                       {"run", info.run_id},
                       {"server", info.server},
                       {"server_image", info.server_image},
                       {"standin", info.standin},
                       {"standin_image", info.standin_image},
                       {"kubernetes", info.kubernetes_version},
                       {"chart", info.chart_version},
                       {"started", Rfc3339(info.started)},
                       {"sabotage", KillMatrix(results)},
                       {"scenarios", scenarios}};
  E2E_CHECK(WriteWhole(info.folder / "report.json", report.dump(2, ' ', false, json::error_handler_t::replace)),
            "writing the report");
  E2E_CHECK(WriteWhole(info.folder / "summary.md", SummaryOf(report)), "writing the summary");
  E2E_CHECK(WriteWhole(info.folder / "report.html", PageOf(report)), "writing the page");
  const auto later = [](const ScenarioResult& result) { return result.round > 1; };
  // GoogleTest's own file has the last iteration only.
  if (std::none_of(results.begin(), results.end(), later)) return {};
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
