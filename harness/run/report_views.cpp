#include "run/report_views.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "cluster/json_access.h"
#include "run/kill_matrix.h"
#include "run/last_green.h"
#include "run/qualification.h"
#include "run/record_fields.h"
#include "run/surface_report.h"
#include "run/time_spent.h"
#include "run/verdict.h"

namespace e2e {
namespace {

using nlohmann::json;

std::string ServersOf(const json& scenario) {
  return Join(TextsOf(ListAt(scenario, "/servers")), ", ");
}

std::string AttemptsOf(const json& scenario) {
  std::string text;
  int number = 0;
  for (const json& attempt : ListAt(scenario, "/attempts")) {
    text += fmt::format("Attempt {}: {}, artifacts: `{}`  \n", ++number, TextAt(attempt, "/verdict"),
                        TextAt(attempt, "/artifacts"));
  }
  return text;
}

// What would end a cell of a table is replaced.
std::string Cell(std::string text) {
  std::replace(text.begin(), text.end(), '|', '/');
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// Every fault with the proof that it happened; empty without one.
std::string ReceiptsOf(const json& report) {
  std::string rows;
  for (const json& scenario : ListAt(report, "/scenarios")) {
    for (const json& step : ListAt(scenario, "/steps")) {
      const std::string receipt = TextAt(step, "/receipt");
      if (receipt.empty()) continue;
      rows += fmt::format("| {} | {} | {} |\n", NameOf(scenario), TextAt(step, "/kind"), Cell(receipt));
    }
  }
  return rows.empty() ? "" : "\n## Receipts of faults\n\n| scenario | fault | receipt |\n|---|---|---|\n" + rows;
}

// A table of all checks; empty when there is none.
std::string ChecksOf(const json& report) {
  std::string rows;
  for (const json& scenario : ListAt(report, "/scenarios")) {
    for (const json& step : ListAt(scenario, "/steps")) {
      const std::string id = TextAt(step, "/check/id");
      if (id.empty()) continue;
      const std::string finding = TextAt(step, "/check/finding");
      const std::string came =
          TextAt(step, "/error").empty() ? (finding.empty() ? "holds" : "known finding") : "FAILED";
      rows += fmt::format("| {} | {} | {} | {} | {} | {} |\n", id, Cell(TextAt(step, "/check/says")),
                          Cell(TextAt(step, "/check/rfc")), came, Cell(finding), NameOf(scenario));
    }
  }
  if (rows.empty()) return "";
  return "\n## Checks\n\n| check | what holds | from | on this server | finding | scenario "
         "|\n|---|---|---|---|---|---|\n" +
         rows;
}

// What of the run itself did not work; empty when nothing.
std::string ProblemsOf(const json& report) {
  std::string text;
  for (const json& problem : ListAt(report, "/problems")) {
    text += fmt::format("\n## {}: {}\n\n```\n{}\n```\n", TextAt(problem, "/what"), TextAt(problem, "/verdict"),
                        TextAt(problem, "/error"));
  }
  return text;
}

std::string QualificationSummary(const json& qualification) {
  const std::string text = QualificationMarkdown(qualification);
  return text.empty() ? "" : "\n" + text;
}

}  // namespace

std::string SummaryOf(const json& report, const std::vector<json>& events) {
  const std::string standin = TextAt(report, "/standin");
  std::string text = fmt::format(
      "# stalwart-e2e {}\n\nServer: {}, image `{}`  \n{}Kubernetes: {}  \nChart: {}  \nStarted: {}\n\n"
      "| scenario | server | verdict | seconds | what was seen last |\n|---|---|---|---|---|\n",
      TextAt(report, "/run"), TextAt(report, "/server"), TextAt(report, "/server_image"),
      standin.empty() ? "" : fmt::format("Stand-in: {}, image `{}`  \n", standin, TextAt(report, "/standin_image")),
      TextAt(report, "/kubernetes"), TextAt(report, "/chart"), TextAt(report, "/started"));
  for (const json& scenario : ListAt(report, "/scenarios")) {
    const json& steps = ListAt(scenario, "/steps");
    std::string last = TextAt(scenario, "/message");
    if (last.empty() && !steps.empty()) last = TextAt(steps.back(), "/note");
    if (const std::string note = TextAt(scenario, "/note"); !note.empty()) last += " (" + note + ")";
    text += fmt::format("| {} | {} | {} | {:.1f} | {} |\n", NameOf(scenario), ServersOf(scenario),
                        TextAt(scenario, "/verdict"), SecondsOf(scenario), Cell(last));
  }
  text += ProblemsOf(report) + ComparisonMarkdown(JsonAt(report, "/compared"));
  text += QualificationSummary(JsonAt(report, "/qualification")) + KillMarkdown(JsonAt(report, "/sabotage")) +
          SurfaceMarkdown(JsonAt(report, "/surface")) + ChecksOf(report);
  for (const json& scenario : ListAt(report, "/scenarios")) {
    const std::string error = TextAt(scenario, "/error");
    if (error.empty()) continue;
    text += fmt::format("\n## {}: {}\n\n```\n{}\n```\n\n{}Artifacts: `{}`\n", NameOf(scenario),
                        TextAt(scenario, "/verdict"), error, AttemptsOf(scenario), TextAt(scenario, "/artifacts"));
  }
  const std::string spent = TextOf(TimeSpentOf(events));
  return text + ReceiptsOf(report) + (spent.empty() ? "" : "\n## Where the time went\n\n" + spent);
}

}  // namespace e2e
