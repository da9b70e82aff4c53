#include "run/record_fields.h"

#include <nlohmann/json.hpp>

#include <vector>

#include "cluster/json_access.h"

namespace e2e {

using nlohmann::json;

double SecondsOf(const json& object) {
  const json& seconds = JsonAt(object, "/seconds");
  return seconds.is_number() ? seconds.get<double>() : 0;
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
