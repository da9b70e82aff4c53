#include "run/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/text.h"

namespace e2e {
namespace {

using nlohmann::json;

Status WriteWhole(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path beside = path.string() + ".new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code code;
  if (out) std::filesystem::rename(beside, path, code);
  if (!out || code) {
    return Error(ErrorKind::kInfra, fmt::format("{} can't be written: {}", path.string(),
                                                code ? code.message() : std::string(std::strerror(errno))));
  }
  return {};
}

json ToJson(const ScenarioResult& result) {
  json steps = json::array();
  for (const StepResult& step : result.steps) {
    steps.push_back({{"kind", step.kind},
                     {"where", step.where.Text()},
                     {"seconds", static_cast<double>(step.elapsed.count()) / 1000.0},
                     {"note", step.note},
                     {"error", step.error ? json(step.error->Render()) : json(nullptr)}});
  }
  json cleanup = json::array();
  for (const Error& error : result.cleanup_errors) cleanup.push_back(error.Render());
  return {{"id", result.id},
          {"title", result.title},
          {"where", result.where.Text()},
          {"servers", result.servers},
          {"verdict", Name(result.verdict)},
          {"seconds", static_cast<double>(result.elapsed.count()) / 1000.0},
          {"error", result.error ? json(result.error->Render()) : json(nullptr)},
          {"cleanup_errors", cleanup},
          {"artifacts", result.artifacts.string()},
          {"steps", steps}};
}

std::string Summary(const RunInfo& info, const std::vector<ScenarioResult>& results) {
  std::string text = fmt::format(
      "# stalwart-e2e {}\n\nServer: {}, image `{}`  \n{}Kubernetes: {}  \nChart: {}  \nStarted: {}\n\n"
      "| scenario | server | verdict | seconds | what was seen last |\n|---|---|---|---|---|\n",
      info.run_id, info.server, info.server_image,
      info.standin.empty() ? "" : fmt::format("Stand-in: {}, image `{}`  \n", info.standin, info.standin_image),
      info.kubernetes_version, info.chart_version, Rfc3339(info.started));
  for (const ScenarioResult& result : results) {
    std::string last = result.error ? result.error->message() : result.steps.empty() ? "" : result.steps.back().note;
    std::replace(last.begin(), last.end(), '|', '/');
    std::replace(last.begin(), last.end(), '\n', ' ');
    text += fmt::format("| {} | {} | {} | {:.1f} | {} |\n", result.id, Join(result.servers, ", "), Name(result.verdict),
                        static_cast<double>(result.elapsed.count()) / 1000.0, last);
  }
  for (const ScenarioResult& result : results) {
    if (!result.error) continue;
    text += fmt::format("\n## {}: {}\n\n```\n{}\n```\n\nArtifacts: `{}`\n", result.id, Name(result.verdict),
                        result.error->Render(), result.artifacts.string());
  }
  return text;
}

}  // namespace

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
                       {"scenarios", scenarios}};
  E2E_CHECK(WriteWhole(info.folder / "report.json", report.dump(2, ' ', false, json::error_handler_t::replace)),
            "writing the report");
  return WriteWhole(info.folder / "summary.md", Summary(info, results));
}

std::string VerdictLine(const RunInfo& info, Verdict verdict, const std::vector<ScenarioResult>& results) {
  const auto passed = std::count_if(results.begin(), results.end(),
                                    [](const ScenarioResult& result) { return result.verdict == Verdict::kPass; });
  return fmt::format("{}: {} of {} scenarios passed | server: {}{} | Kubernetes {} | report: {}", Name(verdict), passed,
                     results.size(), info.server, info.standin.empty() ? "" : " | stand-in: " + info.standin,
                     info.kubernetes_version, (info.folder / "summary.md").string());
}

}  // namespace e2e
