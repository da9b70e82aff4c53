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

// Gives the result of the scenario with this id, when it is there.
using ResultOf = std::function<ScenarioResult(const std::string& id)>;

// Registers all of them; `result_of` outlives RUN_ALL_TESTS. Two scenarios with one name go to `problems`.
void RegisterScenarios(const std::vector<CompiledScenario>& scenarios, const ResultOf& result_of, Problems& problems);

// Reports a result to the running test: the failure stands at the YAML's file and line.
void ReportToGoogleTest(const ScenarioResult& result);

}  // namespace e2e
