#include "run/qualification.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

json ToJson(const ReleasedChart& chart) {
  return {{"source", chart.source}, {"version", chart.version}, {"sha256", chart.digest}};
}

// What speaks against it for certain.
std::vector<std::string> Against(const Qualifying& asked, const std::vector<ScenarioResult>& results) {
  std::vector<std::string> why;
  for (const std::string& line : asked.changes.Impossible()) why.push_back("an upgrade can't do this: " + line);
  for (const ScenarioResult& lane : results) {
    if (lane.verdict == Verdict::kFail)
      why.push_back(fmt::format("{}: {}", lane.id, lane.error ? lane.error->message() : "failed"));
  }
  return why;
}

// What keeps it from being decided.
std::vector<std::string> Open(const Qualifying& asked, const std::vector<ScenarioResult>& results,
                              const std::vector<RunProblem>& problems) {
  std::vector<std::string> why;
  if (asked.lanes.empty()) why.emplace_back("no lane was run");
  for (const std::string& lane : asked.left_out) why.push_back(lane + " was left out");
  for (const std::string& lane : asked.lanes) {
    const auto is_of = [&](const ScenarioResult& result) { return result.id == lane; };
    if (std::none_of(results.begin(), results.end(), is_of)) why.push_back(lane + " has no result");
  }
  for (const ScenarioResult& lane : results) {
    if (lane.verdict == Verdict::kPass || lane.verdict == Verdict::kFail) continue;
    why.push_back(fmt::format("{}: {}{}", lane.id, Name(lane.verdict), lane.error ? ", " + lane.error->message() : ""));
  }
  for (const RunProblem& problem : problems)
    why.push_back(fmt::format("{}: {}, {}", problem.what, Name(problem.verdict()), problem.error.message()));
  return why;
}

json LaneOf(const ScenarioResult& lane) {
  return {{"id", lane.id},
          {"title", lane.title},
          {"verdict", Name(lane.verdict)},
          {"artifacts", lane.artifacts.filename().string()}};
}

}  // namespace

json QualificationOf(const Qualifying& asked, const std::vector<ScenarioResult>& results,
                     const std::vector<RunProblem>& problems) {
  const std::vector<std::string> against = Against(asked, results);
  const std::vector<std::string> open = Open(asked, results, problems);
  const char* verdict = !against.empty() ? kNotQualified : !open.empty() ? kNotDecided : kQualified;
  std::vector<std::string> why = against;
  why.insert(why.end(), open.begin(), open.end());
  json from = json::array(), versions = json::array(), ran = json::array();
  for (const ReleasedChart& chart : asked.from) from.push_back(ToJson(chart));
  for (const auto& [name, version] : asked.versions) versions.push_back({{"name", name}, {"version", version}});
  for (const ScenarioResult& lane : results) ran.push_back(LaneOf(lane));
  return {{"verdict", verdict},
          {"why", why},
          {"from", from},
          {"to", ToJson(asked.to)},
          {"versions", versions},
          {"lanes", ran},
          {"changes", ToJson(asked.changes)},
          {"changes_text", AsMarkdown(asked.changes)}};
}

int QualificationCode(const json& qualification) {
  const std::string verdict = TextAt(qualification, "/verdict");
  if (verdict == kQualified) return ExitCode(Verdict::kPass);
  return ExitCode(verdict == kNotQualified ? Verdict::kFail : Verdict::kInconclusive);
}

std::string QualificationLine(const json& qualification) {
  const json& why = ListAt(qualification, "/why");
  std::string text =
      fmt::format("{}: chart {}", TextAt(qualification, "/verdict"), TextAt(qualification, "/to/version"));
  if (!why.empty()) text += " | " + why.front().get<std::string>();
  if (why.size() > 1) text += fmt::format(" (and {} more)", why.size() - 1);
  return text;
}

}  // namespace e2e
