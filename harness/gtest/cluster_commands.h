// The commands `up`, `down` and `reap`: clusters that outlive the process that made them.
#pragma once

#include <string>
#include <vector>

#include "base/interrupt.h"
#include "run/options.h"

namespace e2e {

// Each gives the exit code and tells on stderr what it does. `interrupt` is installed already.

// Makes a cluster with the servers' images and keeps it for `run --reuse`. One that is kept already and fits is used.
int Up(RunOptions options, Interrupt& interrupt);
// Deletes the clusters that are kept: those of these names, or all of them. One that a living run uses stays, and is a
// failure (kInfra's exit code); a name that is not kept is wrong usage.
int Down(const RunOptions& options, const std::vector<std::string>& names, Interrupt& interrupt);
// Deletes the clusters that killed runs left, and those that are kept.
int Reap(const RunOptions& options, Interrupt& interrupt);

}  // namespace e2e
