#include "run/kill_matrix.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "cluster/json_access.h"
#include "run/judge.h"

namespace e2e {
namespace {

using nlohmann::json;

std::string CheckOf(const Killer& killer) {
  return killer.scenario + ": " + killer.step;
}

// How the columns of its own scenario came out on this mutant.
json Row(const ScenarioResult& result, const std::vector<std::string>& checks) {
  const Killer& killer = result.mutant->killer;
  const std::string own = CheckOf(killer);
  json row = json::object();
  for (const StepResult& step : result.steps) {
    for (const std::string& name : {step.kind, step.check ? step.check->id : step.kind}) {
      const std::string check = killer.scenario + ": " + name;
      if (!std::binary_search(checks.begin(), checks.end(), check)) continue;
      const bool kill = check == own && result.mutant->fate == Fate::kKilled;
      // A kind may stand in a scenario several times: a failure counts.
      if (step.error) row[check] = kill ? "killed" : "failed";
      if (!row.contains(check)) row[check] = "passed";
    }
  }
  return row;
}

std::string Mark(const json& mutant, const std::string& check) {
  const std::string came = mutant.at("checks").value(check, "");
  return came.empty() ? " " : came == "killed" ? "K" : came == "failed" ? "F" : ".";
}

// Ends a cell of a table otherwise.
std::string Cell(std::string text) {
  std::replace(text.begin(), text.end(), '|', '/');
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.size() > 200 ? text.substr(0, 200) + "…" : text;
}

}  // namespace

json KillMatrix(const std::vector<ScenarioResult>& results) {
  std::vector<std::string> checks;
  for (const ScenarioResult& result : results) {
    if (result.mutant) checks.push_back(CheckOf(result.mutant->killer));
  }
  if (checks.empty()) return nullptr;
  std::sort(checks.begin(), checks.end());
  checks.erase(std::unique(checks.begin(), checks.end()), checks.end());
  json matrix = {{"mutants", json::array()}, {"checks", checks}, {"fates", json::object()}};
  for (const ScenarioResult& result : results) {
    if (!result.mutant) continue;
    const MutantResult& mutant = *result.mutant;
    const std::string fate(Name(mutant.fate));
    matrix["fates"][fate] = matrix["fates"].value(fate, 0) + 1;
    matrix["mutants"].push_back({{"id", result.id},
                                 {"breaks", mutant.breaks},
                                 {"fate", fate},
                                 {"check", CheckOf(mutant.killer)},
                                 {"reason", mutant.killer.reason},
                                 {"seen", mutant.seen},
                                 {"checks", Row(result, checks)}});
  }
  std::sort(matrix["mutants"].begin(), matrix["mutants"].end(),
            [](const json& a, const json& b) { return a.at("id") < b.at("id"); });
  return matrix;
}

std::string KillLine(const json& matrix) {
  if (!matrix.is_object()) return "";
  const auto count = [&](Fate fate) { return matrix.at("fates").value(std::string(Name(fate)), 0); };
  const int unjudged = count(Fate::kUnjudged);
  return fmt::format("killed {} of {}, void {}, survived {}, wrong {}{}", count(Fate::kKilled),
                     matrix.at("mutants").size(), count(Fate::kVoid), count(Fate::kSurvived), count(Fate::kWrong),
                     unjudged > 0 ? fmt::format(", not judged {}", unjudged) : "");
}

std::string KillText(const json& matrix) {
  if (!matrix.is_object()) return "";
  const auto checks = matrix.at("checks").get<std::vector<std::string>>();
  std::string text = "kill matrix (K: the check that is named killed it, F: failed too, .: passed)\n";
  std::string head(36, ' ');
  for (std::size_t i = 0; i < checks.size(); ++i) head += fmt::format("{:>3}", i + 1);
  text += head + "\n";
  for (const json& mutant : matrix.at("mutants")) {
    text += fmt::format("{:<36}", TextAt(mutant, "/id"));
    for (const std::string& check : checks) text += "  " + Mark(mutant, check);
    const std::string fate = TextAt(mutant, "/fate");
    if (fate != Name(Fate::kKilled)) text += fmt::format("  {}: {}", fate, Cell(TextAt(mutant, "/seen")));
    text += "\n";
  }
  for (std::size_t i = 0; i < checks.size(); ++i) text += fmt::format("{:>3} = {}\n", i + 1, checks[i]);
  return text + KillLine(matrix) + "\n";
}

std::string KillMarkdown(const json& matrix) {
  if (!matrix.is_object()) return "";
  std::string text = fmt::format(
      "\n## Sabotage\n\n{}\n\n| mutant | what it breaks | fate | the check that must fail | its reason | what was seen "
      "|\n"
      "|---|---|---|---|---|---|\n",
      KillLine(matrix));
  for (const json& mutant : matrix.at("mutants")) {
    text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", TextAt(mutant, "/id"), Cell(TextAt(mutant, "/breaks")),
                        TextAt(mutant, "/fate"), Cell(TextAt(mutant, "/check")), Cell(TextAt(mutant, "/reason")),
                        Cell(TextAt(mutant, "/seen")));
  }
  return text + "\n```\n" + KillText(matrix) + "```\n";
}

}  // namespace e2e
