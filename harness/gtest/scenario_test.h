// ScenarioTest: each scenario as a GoogleTest case that carries the YAML's file and line.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "run/result.h"
#include "scenario/fields.h"
#include "steps/catalog.h"

namespace e2e {

// "persistence/pod-delete" is the case Persistence.PodDelete: identifiers that --gtest_filter can't misread.
std::string SuiteName(const Scenario& scenario);
std::string TestName(const Scenario& scenario);

// Gives the results of the scenario with this id, one for each round, when they are there.
using ResultsOf = std::function<std::vector<ScenarioResult>(const std::string& id)>;

// Registers all of them; `results_of` outlives RUN_ALL_TESTS. Two scenarios with one name go to `problems`.
void RegisterScenarios(const std::vector<CompiledScenario>& scenarios, const ResultsOf& results_of, Problems& problems);

// Reports the results to the running test: a failure stands at the YAML's file and line, and FLAKY is one. Without a
// result the test is skipped. The test's properties are those of the worst round.
void ReportToGoogleTest(const std::vector<ScenarioResult>& rounds);

}  // namespace e2e
