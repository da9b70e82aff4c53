// ScenarioRunner: runs a scenario from install to clean-up on one lane of ports. No GoogleTest, no printing.
#pragma once

#include <string>

#include "base/cleanup_stack.h"
#include "cluster/port_map.h"
#include "run/cluster_access.h"
#include "run/run_context.h"
#include "run/run_number.h"
#include "steps/catalog.h"

namespace e2e {

// Every run of a scenario gets a namespace, a release, an artifacts folder and a log of its own. After a failure the
// diagnostics are taken, then everything is undone, but for what RunOptions::keep keeps (then the result says so).
// There must be a server of the scenario's layout. Never throws. Thread rule: one thread.
class ScenarioRunner {
 public:
  ScenarioRunner(const RunContext& context, const ClusterAccess& access, const PortMap& ports)
      : context_(context), access_(access), ports_(ports) {}

  ScenarioResult Run(const CompiledScenario& compiled, RunNumber number = {});

 private:
  const RunContext& context_;
  const ClusterAccess& access_;
  const PortMap& ports_;
};

// What a scenario that is not run comes to.
ScenarioResult NotRun(const CompiledScenario& compiled, const std::string& why);
// A result of this run of the scenario that says nothing yet.
ScenarioResult EmptyResult(const RunContext& context, const CompiledScenario& compiled, RunNumber number);

// Undoes what a scenario has made, or keeps it as `keep` wants it. Clean-up that fails is told to `log` and
// makes a pass none.
void CleanUp(const RunContext& context, Keep keep, CleanupStack& cleanup, Log& log, ScenarioResult& result);

}  // namespace e2e
