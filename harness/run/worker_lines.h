// WorkerLines: how the lines of a worker process's log reach its parent, one to a line of stdout.
#pragma once

#include <string>
#include <string_view>

#include "base/log.h"

namespace e2e {

// `text`, which may have several lines, as one line.
std::string WorkerLine(std::string_view text);

// The same for the line that a terminal shows while something is waited for.
std::string WorkerLiveLine(std::string_view text);

// Shows the text of a WorkerLine on `log`; that of a WorkerLiveLine on the terminal;
// any other line is shown as it is.
void ShowWorkerLine(std::string_view line, Log& log);

}  // namespace e2e
