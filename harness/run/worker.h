// Worker: the process in which one scenario is run, for the parent that owns the cluster.
#pragma once

#include <istream>

#include "base/interrupt.h"
#include "base/outcome.h"
#include "run/run_context.h"
#include "run/worker_task.h"

namespace e2e {

// Runs the task's scenario on the cluster that is up, and writes its result into its artifacts.
// The context is that of this process; an Error says that there is no result.
Status Work(const WorkerTask& task, const RunContext& context);

// Reads a task from `in` and does it. 0 when the result was written, whatever it says; otherwise the reason is on
// stderr. `interrupt` is installed already: the first one tears the scenario down in order.
int RunWorker(std::istream& in, Interrupt& interrupt);

}  // namespace e2e
