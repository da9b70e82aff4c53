// ScenarioRunner: runs one scenario after another on one lane of ports. No GoogleTest, no printing.
#pragma once

#include <string>

#include "base/cleanup_stack.h"
#include "run/harness.h"
#include "steps/catalog.h"

namespace e2e {

// Every scenario gets a namespace, a release, an artifacts folder and a log of its own. After a failure the
// diagnostics are taken, then everything is undone; what is kept by RunOptions::keep blocks this lane, and the
// scenarios that come after it there are skipped with that reason, and so are those that need a server which the run
// does not have. Never throws. Thread rule: each runner by one thread at a time; several runners may work at once.
class ScenarioRunner {
 public:
  ScenarioRunner(const RunContext& context, const Harness& harness, const PortMap& ports)
      : context_(context), harness_(harness), ports_(ports) {}

  // What is deferred is kept.
  ~ScenarioRunner() { deferred_.Release(); }

  ScenarioResult Run(const CompiledScenario& compiled);

 private:
  void CleanUp(CleanupStack& cleanup, Log& log, ScenarioResult& result);

  const RunContext& context_;
  const Harness& harness_;
  const PortMap& ports_;
  // With Keep::kAlways a release stays until the lane's next scenario needs the ports.
  CleanupStack deferred_;
  std::string kept_for_;
};

}  // namespace e2e
