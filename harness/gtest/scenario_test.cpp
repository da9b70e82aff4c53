#include "gtest/scenario_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "run/again_command.h"

namespace e2e {
namespace {

class ScenarioTest : public testing::Test {
 public:
  ScenarioTest(std::string id, const ResultsOf& results_of) : id_(std::move(id)), results_of_(results_of) {}
  void TestBody() override { ReportToGoogleTest(results_of_(id_)); }

 private:
  const std::string id_;
  const ResultsOf& results_of_;
};

void RecordProperties(const ScenarioResult& result) {
  testing::Test::RecordProperty("scenario", result.id);
  testing::Test::RecordProperty("title", result.title);
  testing::Test::RecordProperty("servers", Join(result.servers, ", "));
  testing::Test::RecordProperty("verdict", std::string(Name(result.verdict)));
  testing::Test::RecordProperty("seconds", fmt::format("{:.3f}", static_cast<double>(result.elapsed.count()) / 1000.0));
  testing::Test::RecordProperty("artifacts", result.artifacts.string());
  if (result.attempts.empty()) return;
  testing::Test::RecordProperty("attempts", static_cast<int>(result.attempts.size()));
  testing::Test::RecordProperty("note", result.note);
}

std::string TextOf(const ScenarioResult& result) {
  std::string text = fmt::format("{}: {} ({})\n{}", Name(result.verdict), result.id, result.title,
                                 result.error ? result.error->Render() : "");
  if (result.round > 1) text += fmt::format("\nround: {}", result.round);
  if (!result.note.empty()) text += "\nnote: " + result.note;
  for (const ScenarioResult& attempt : result.attempts) {
    if (attempt.artifacts != result.artifacts) text += "\nother attempt: " + attempt.artifacts.string();
  }
  return text +
         fmt::format("\nartifacts: {}\nonly this one again: {}", result.artifacts.string(), AgainCommand(result.id));
}

void ReportRound(const ScenarioResult& result) {
  switch (result.verdict) {
    case Verdict::kPass: return;
    case Verdict::kSkipped:
    case Verdict::kInterrupted: GTEST_SKIP() << TextOf(result); return;
    case Verdict::kFlaky:
    case Verdict::kInconclusive:
    case Verdict::kInfra:
    case Verdict::kFail: break;
  }
  const SourceLocation where = result.error && result.error->where() ? *result.error->where() : result.where;
  ADD_FAILURE_AT(where.file.c_str(), where.line) << TextOf(result);
}

}  // namespace

std::string SuiteName(const Scenario& scenario) {
  return CamelCase(scenario.suite);
}
std::string TestName(const Scenario& scenario) {
  return CamelCase(scenario.stem);
}

void RegisterScenarios(const std::vector<CompiledScenario>& scenarios, const ResultsOf& results_of,
                       Problems& problems) {
  std::set<std::string> names;
  for (const CompiledScenario& compiled : scenarios) {
    const Scenario& scenario = compiled.scenario;
    const std::string name = SuiteName(scenario) + "." + TestName(scenario);
    if (!names.insert(name).second) {
      problems.push_back(Error(ErrorKind::kBadScenario, fmt::format("another scenario is the test {} already", name))
                             .At(scenario.where));
      continue;
    }
    testing::RegisterTest(
        SuiteName(scenario).c_str(), TestName(scenario).c_str(), nullptr, nullptr, scenario.where.file.c_str(),
        scenario.where.line,
        [id = scenario.Id(), &results_of]() -> testing::Test* { return new ScenarioTest(id, results_of); });
  }
}

void ReportToGoogleTest(const std::vector<ScenarioResult>& rounds) {
  if (rounds.empty()) {
    GTEST_SKIP() << "not run: the run had ended before";
    return;
  }
  RecordProperties(
      *std::max_element(rounds.begin(), rounds.end(),
                        [](const ScenarioResult& a, const ScenarioResult& b) { return a.verdict < b.verdict; }));
  if (rounds.size() > 1) testing::Test::RecordProperty("rounds", static_cast<int>(rounds.size()));
  for (const ScenarioResult& result : rounds) ReportRound(result);
}

}  // namespace e2e
