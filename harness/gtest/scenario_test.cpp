#include "gtest/scenario_test.h"

#include <fmt/format.h>

#include <set>

#include "base/text.h"

namespace e2e {
namespace {

class ScenarioTest : public testing::Test {
 public:
  ScenarioTest(std::string id, const ResultOf& result_of) : id_(std::move(id)), result_of_(result_of) {}
  void TestBody() override { ReportToGoogleTest(result_of_(id_)); }

 private:
  const std::string id_;
  const ResultOf& result_of_;
};

}  // namespace

std::string SuiteName(const Scenario& scenario) {
  return CamelCase(scenario.suite);
}
std::string TestName(const Scenario& scenario) {
  return CamelCase(scenario.stem);
}

void RegisterScenarios(const std::vector<CompiledScenario>& scenarios, const ResultOf& result_of, Problems& problems) {
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
        [id = scenario.Id(), &result_of]() -> testing::Test* { return new ScenarioTest(id, result_of); });
  }
}

void ReportToGoogleTest(const ScenarioResult& result) {
  testing::Test::RecordProperty("scenario", result.id);
  testing::Test::RecordProperty("title", result.title);
  testing::Test::RecordProperty("servers", Join(result.servers, ", "));
  testing::Test::RecordProperty("verdict", std::string(Name(result.verdict)));
  testing::Test::RecordProperty("seconds", fmt::format("{:.3f}", static_cast<double>(result.elapsed.count()) / 1000.0));
  testing::Test::RecordProperty("artifacts", result.artifacts.string());
  const std::string text = fmt::format(
      "{}: {} ({})\n{}\nartifacts: {}\nonly this one again: make e2e ONLY={}", Name(result.verdict), result.id,
      result.title, result.error ? result.error->Render() : "", result.artifacts.string(), result.id);
  switch (result.verdict) {
    case Verdict::kPass: return;
    case Verdict::kSkipped:
    case Verdict::kInterrupted: GTEST_SKIP() << text; return;
    case Verdict::kInconclusive:
    case Verdict::kInfra:
    case Verdict::kFail: break;
  }
  const SourceLocation where = result.error && result.error->where() ? *result.error->where() : result.where;
  ADD_FAILURE_AT(where.file.c_str(), where.line) << text;
}

}  // namespace e2e
