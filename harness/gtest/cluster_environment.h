// ClusterEnvironment: brings the cluster up before the first test, lets the lanes work, and takes it down at the end.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "gtest/lanes.h"
#include "run/harness.h"
#include "run/scenario_runner.h"

namespace e2e {

// A failed bring-up is a fatal failure, after which GoogleTest runs no test. The references outlive RUN_ALL_TESTS.
class ClusterEnvironment : public testing::Environment {
 public:
  ClusterEnvironment(const RunContext& context, const std::vector<CompiledScenario>& scenarios, Log& log)
      : context_(context), scenarios_(scenarios), log_(log), harness_(context, log) {}

  void SetUp() override;
  void TearDown() override;

  // The result of a scenario that GoogleTest runs; blocks until it is there.
  ScenarioResult Await(const std::string& id);
  const std::vector<ScenarioResult>& results() const { return results_; }
  // Of the scenarios, and of bring-up and tear-down where they failed.
  std::vector<Verdict> Verdicts() const;

 private:
  std::vector<const CompiledScenario*> Selected() const;

  const RunContext& context_;
  const std::vector<CompiledScenario>& scenarios_;
  Log& log_;
  Harness harness_;
  std::vector<std::unique_ptr<ScenarioRunner>> runners_;
  std::unique_ptr<Lanes> lanes_;
  std::vector<ScenarioResult> results_;
  std::vector<Verdict> infra_;
};

}  // namespace e2e
