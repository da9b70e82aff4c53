// SystemRunner: runs programs as child processes of this one.
#pragma once

#include "base/clock.h"
#include "base/interrupt.h"
#include "process/command.h"

namespace e2e {

struct SystemRunnerOptions {
  // Time between SIGTERM and SIGKILL for a program whose deadline passed. Default: 5 s.
  Duration kill_grace{5000};
  // How long output is still read after the program's end, for a grandchild may hold the pipe. Default: 200 ms.
  Duration drain{200};
};

// Each program runs in a process group of its own with no descriptors but 0, 1 and 2. At the deadline or
// on an interrupt the group gets SIGTERM and then SIGKILL (a command may have SIGINT and time before them); nothing of
// the group outlives Run(), and the kernel ends the program when this process dies. `clock` and `interrupt` must
// outlive the runner.
class SystemRunner : public CommandRunner {
 public:
  SystemRunner(const Clock& clock, const Interrupt& interrupt, SystemRunnerOptions options = {})
      : clock_(clock), interrupt_(interrupt), options_(options) {}

  Outcome<CommandResult> Run(const Command& command, Deadline deadline) override;

 private:
  const Clock& clock_;
  const Interrupt& interrupt_;
  SystemRunnerOptions options_;
};

}  // namespace e2e
