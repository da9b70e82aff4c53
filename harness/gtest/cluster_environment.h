// ClusterEnvironment: brings the cluster up before the first test, lets the lanes work, and takes it down at the end.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "gtest/lanes.h"
#include "run/harness.h"
#include "run/live_board.h"
#include "run/report.h"
#include "run/worker_lane.h"

namespace e2e {

// A failed bring-up is a fatal failure, after which GoogleTest runs no test. The references outlive RUN_ALL_TESTS.
class ClusterEnvironment : public testing::Environment {
 public:
  ClusterEnvironment(const RunContext& context, const std::vector<CompiledScenario>& scenarios, Log& log)
      : context_(context), scenarios_(scenarios), log_(log), harness_(context, log) {}

  void SetUp() override;
  void TearDown() override;

  // With --gtest_repeat: the next of GoogleTest's iterations begins, on the same cluster.
  void BeginIteration();
  // The results of a scenario that GoogleTest runs, one for each round; blocks until they are there.
  std::vector<ScenarioResult> Await(const std::string& id);
  // Of all rounds; of scenarios that could not begin without a cluster, too.
  std::vector<ScenarioResult> Results() const;
  // Of the scenarios, and of bring-up and tear-down where they failed.
  std::vector<Verdict> Verdicts() const;
  // What is painted on the terminal while scenarios run; null when nothing is.
  LiveBoard* board() const { return board_.get(); }
  // What went wrong in bring-up and tear-down.
  const std::vector<RunProblem>& Problems() const { return problems_; }

 private:
  std::vector<const CompiledScenario*> Selected() const;
  void StartLanes();
  void EndLanes();
  void Note(const RunProblem& problem);

  const RunContext& context_;
  const std::vector<CompiledScenario>& scenarios_;
  Log& log_;
  Harness harness_;
  std::optional<ClusterAccess> access_;
  std::unique_ptr<LiveBoard> board_;
  std::vector<std::unique_ptr<WorkerLane>> workers_;
  std::unique_ptr<Lanes> lanes_;
  // Of earlier iterations.
  std::vector<ScenarioResult> results_;
  int next_round_ = 1;
  TimePoint next_report_{};
  std::vector<RunProblem> problems_;
};

}  // namespace e2e
