// RunContext: what every scenario of a run shares.
#pragma once

#include "base/clock.h"
#include "base/interrupt.h"
#include "process/command.h"
#include "run/options.h"
#include "run/result.h"
#include "run/scenario_log.h"
#include "steps/servers.h"

namespace e2e {

// The references outlive all scenarios.
struct RunContext {
  const RunOptions& options;
  const RunInfo& info;
  const Servers& servers;
  Clock& clock;
  const Interrupt& interrupt;
  CommandRunner& runner;
  // For diagnostics and clean-up, which go on after an interrupt: none of these is ever interrupted.
  Clock& calm_clock;
  const Interrupt& calm;
  CommandRunner& calm_runner;
  // Who shows the lines of scenarios.
  Console console = Console::kStderr;
};

}  // namespace e2e
