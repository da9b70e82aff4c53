#include "gtest/cluster_environment.h"

#include <algorithm>

#include "gtest/scenario_test.h"
#include "run/report.h"

namespace e2e {

void ClusterEnvironment::SetUp() {
  if (auto up = harness_.BringUp(); !up) {
    infra_.push_back(VerdictOf(up.error()) == Verdict::kInterrupted ? Verdict::kInterrupted : Verdict::kInfra);
    FAIL() << Name(infra_.back()) << ": " << up.error().Render();
  }
  for (const PortMap& ports : harness_.cluster().lanes()) {
    runners_.push_back(std::make_unique<ScenarioRunner>(context_, harness_, ports));
  }
  const auto run = [this](int lane, const CompiledScenario& compiled) {
    return runners_[static_cast<std::size_t>(lane)]->Run(compiled);
  };
  const auto report = [this](const std::vector<ScenarioResult>& results) {
    if (auto written = WriteReport(context_.info, results); !written) log_.Warn(written.error().Render());
  };
  lanes_ = std::make_unique<Lanes>(context_.options.lanes, run, report);
  lanes_->Start(Selected());
}

void ClusterEnvironment::TearDown() {
  lanes_.reset();
  runners_.clear();
  if (auto down = harness_.TearDown(Worst(Verdicts()) != Verdict::kPass); !down) {
    infra_.push_back(Verdict::kInfra);
    ADD_FAILURE() << "INFRA: " << down.error().Render();
  }
}

ScenarioResult ClusterEnvironment::Await(const std::string& id) {
  results_.push_back(lanes_->Await(id));
  return results_.back();
}

std::vector<Verdict> ClusterEnvironment::Verdicts() const {
  std::vector<Verdict> verdicts = infra_;
  for (const ScenarioResult& result : results_) verdicts.push_back(result.verdict);
  return verdicts;
}

// GoogleTest filters by itself; only what it will ask for is run.
std::vector<const CompiledScenario*> ClusterEnvironment::Selected() const {
  const auto will_run = [](const Scenario& scenario) {
    const testing::UnitTest& unit = *testing::UnitTest::GetInstance();
    for (int s = 0; s < unit.total_test_suite_count(); ++s) {
      const testing::TestSuite& suite = *unit.GetTestSuite(s);
      for (int t = 0; SuiteName(scenario) == suite.name() && t < suite.total_test_count(); ++t) {
        const testing::TestInfo& test = *suite.GetTestInfo(t);
        if (TestName(scenario) == test.name()) return test.should_run();
      }
    }
    return false;
  };
  std::vector<const CompiledScenario*> selected;
  for (const CompiledScenario& compiled : scenarios_) {
    if (will_run(compiled.scenario)) selected.push_back(&compiled);
  }
  return selected;
}

}  // namespace e2e
