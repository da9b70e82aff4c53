// WorkerLane: one lane of ports, on which scenarios run one after another, each in a worker process.
#pragma once

#include <string>

#include "base/cleanup_stack.h"
#include "cluster/port_map.h"
#include "run/cluster_access.h"
#include "run/live_board.h"
#include "run/run_context.h"
#include "run/run_number.h"
#include "run/scenario_session.h"
#include "steps/catalog.h"

namespace e2e {

// A worker that dies or says nothing makes its scenario INFRA; then this object takes the diagnostics and cleans up.
// What is kept for a failure blocks the lane, and the scenarios that come after it are skipped with that reason, as
// are those that need a server which the run does not have. Never throws.
// Thread rule: each lane by one thread at a time, which lives as long as the call; several lanes may work at once.
class WorkerLane {
 public:
  // The references outlive the lane.
  // With a board it shows what the scenario does, instead of lines.
  WorkerLane(const RunContext& context, const ClusterAccess& access, const PortMap& ports, LiveBoard* board = nullptr)
      : context_(context), access_(access), ports_(ports), board_(board) {}
  // What is deferred is kept.
  ~WorkerLane() { deferred_.Release(); }

  // With RunOptions::retries a failed scenario is run again; of its attempts only the last one may be kept.
  ScenarioResult Run(const CompiledScenario& compiled, int round = 1);

 private:
  ScenarioResult RunAttempts(const CompiledScenario& compiled, int round);
  ScenarioResult Attempt(const CompiledScenario& compiled, RunNumber number, bool last);
  Outcome<ScenarioResult> RunWorker(const CompiledScenario& compiled, RunNumber number, Keep keep, Log& log);
  void Show(std::string_view line, Log& log);
  ScenarioResult Bury(const CompiledScenario& compiled, RunNumber number, Keep keep, const Error& why);

  const RunContext& context_;
  const ClusterAccess& access_;
  const PortMap& ports_;
  LiveBoard* const board_;
  // With Keep::kAlways a release stays until the lane's next scenario needs the ports.
  CleanupStack deferred_;
  std::string kept_for_;
};

}  // namespace e2e
