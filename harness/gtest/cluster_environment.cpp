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
  access_ = harness_.access();
  for (const PortMap& ports : harness_.cluster().lanes()) {
    workers_.push_back(std::make_unique<WorkerLane>(context_, *access_, ports));
  }
}

void ClusterEnvironment::TearDown() {
  EndLanes();
  workers_.clear();
  if (auto down = harness_.TearDown(Worst(Verdicts()) != Verdict::kPass); !down) {
    infra_.push_back(Verdict::kInfra);
    ADD_FAILURE() << "INFRA: " << down.error().Render();
  }
}

void ClusterEnvironment::BeginIteration() {
  EndLanes();
}

void ClusterEnvironment::StartLanes() {
  const RunOptions& options = context_.options;
  const auto run = [this](int lane, int round, const CompiledScenario& compiled) {
    return workers_[static_cast<std::size_t>(lane)]->Run(compiled, round);
  };
  const auto report = [this](const std::vector<ScenarioResult>& latest) {
    std::vector<ScenarioResult> all = results_;
    all.insert(all.end(), latest.begin(), latest.end());
    if (auto written = WriteReport(context_.info, all); !written) log_.Warn(written.error().Render());
  };
  const Rounds rounds{.first = next_round_, .count = options.repeat, .until_fail = options.until_fail};
  next_round_ += options.repeat;
  lanes_ = std::make_unique<Lanes>(options.lanes, rounds, run, report);
  lanes_->Start(Selected());
}

void ClusterEnvironment::EndLanes() {
  // GoogleTest may not have asked for all of them (--gtest_fail_fast).
  if (lanes_ != nullptr) lanes_->Wait();
  results_ = Results();
  lanes_.reset();
}

std::vector<ScenarioResult> ClusterEnvironment::Await(const std::string& id) {
  // In a later iteration GoogleTest may have forgotten that bring-up failed.
  if (workers_.empty()) return {};
  if (lanes_ == nullptr) StartLanes();
  return lanes_->Await(id);
}

std::vector<ScenarioResult> ClusterEnvironment::Results() const {
  std::vector<ScenarioResult> all = results_;
  if (lanes_ == nullptr) return all;
  const std::vector<ScenarioResult> latest = lanes_->Results();
  all.insert(all.end(), latest.begin(), latest.end());
  return all;
}

std::vector<Verdict> ClusterEnvironment::Verdicts() const {
  std::vector<Verdict> verdicts = infra_;
  for (const ScenarioResult& result : Results()) verdicts.push_back(result.verdict);
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
