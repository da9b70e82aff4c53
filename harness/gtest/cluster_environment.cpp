#include "gtest/cluster_environment.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/event_sink.h"
#include "gtest/scenario_test.h"
#include "run/scenario_events.h"
#include "run/scenario_runner.h"

namespace e2e {
namespace {

constexpr const char* kNoCluster = "there is no cluster to run it on";
// While scenarios run, their report is written for one of so many parts of the time at most: it grows with them. What a
// killed run leaves are its events.
constexpr int kReportShare = 50;

}  // namespace

void ClusterEnvironment::SetUp() {
  if (auto up = harness_.BringUp(); !up) {
    Note({"BringUp", up.error()});
    for (const CompiledScenario* scenario : Selected()) {
      results_.push_back(NotRun(*scenario, kNoCluster));
      TellEnd(results_.back());
    }
    FAIL() << Name(problems_.back().verdict()) << ": " << up.error().Render();
  }
  access_ = harness_.access();
  const RunOptions& options = context_.options;
  if (options.verbosity == Verbosity::kNormal && !options.pause_on_failure && LiveBoard::Possible()) {
    board_ = std::make_unique<LiveBoard>(Selected().size() * static_cast<std::size_t>(options.repeat), context_.clock);
  }
  for (const PortMap& ports : harness_.cluster().lanes()) {
    workers_.push_back(std::make_unique<WorkerLane>(context_, *access_, ports, board_.get()));
  }
}

void ClusterEnvironment::TearDown() {
  EndLanes();
  workers_.clear();
  board_.reset();
  if (auto down = harness_.TearDown(Worst(Verdicts()) != Verdict::kPass); !down) {
    Note({"TearDown", down.error()});
    ADD_FAILURE() << "INFRA: " << down.error().Render();
  }
}

void ClusterEnvironment::Note(const RunProblem& problem) {
  problems_.push_back(problem);
  ProcessEvents().Tell("problem", {{"problem", ToJson(problem)}});
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
    const TimePoint begun = context_.clock.Now();
    if (begun < next_report_) return;
    std::vector<ScenarioResult> all = results_;
    all.insert(all.end(), latest.begin(), latest.end());
    if (auto written = WriteReport(context_.info, all, problems_, Detail::kWhileItRuns); !written) {
      log_.Warn(written.error().Render());
    }
    const TimePoint done = context_.clock.Now();
    next_report_ = done + (done - begun) * kReportShare;
  };
  const Rounds rounds{.first = next_round_,
                      .count = options.repeat,
                      .until_fail = options.until_fail,
                      .interrupt = &context_.interrupt};
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
  // Bring-up failed, which GoogleTest may have forgotten in a later iteration.
  if (workers_.empty()) {
    std::vector<ScenarioResult> own;
    std::copy_if(results_.begin(), results_.end(), std::back_inserter(own), [&](const auto& r) { return r.id == id; });
    return own;
  }
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
  std::vector<Verdict> verdicts;
  for (const RunProblem& problem : problems_) verdicts.push_back(problem.verdict());
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
