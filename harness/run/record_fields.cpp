#include "run/record_fields.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/json_access.h"

namespace e2e {

using nlohmann::json;

double SecondsOf(const json& object) {
  return NumberAt(object, "/seconds");
}

std::string NameOf(const std::string& scenario, int round) {
  return scenario + (round > 1 ? fmt::format(", round {}", round) : "");
}

std::string NameOf(const json& scenario) {
  return NameOf(TextAt(scenario, "/id"), IntAt(scenario, "/round", 1));
}

std::vector<std::string> TextsOf(const json& list) {
  std::vector<std::string> texts;
  for (const json& text : list) texts.push_back(text.is_string() ? text.get<std::string>() : "");
  return texts;
}

Verdict VerdictOf(const json& record) {
  std::vector<Verdict> verdicts;
  for (const json& problem : ListAt(record, "/problems"))
    verdicts.push_back(VerdictNamed(TextAt(problem, "/verdict")).value_or(Verdict::kInfra));
  for (const json& scenario : ListAt(record, "/scenarios"))
    verdicts.push_back(VerdictNamed(TextAt(scenario, "/verdict")).value_or(Verdict::kInconclusive));
  return Worst(verdicts);
}

}  // namespace e2e
