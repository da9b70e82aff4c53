// The `replay` command: a recorded run is decided anew.
#pragma once

#include <filesystem>
#include <string>

namespace e2e {

// Decides the run in `folder` by its events (run/replay.h), says what comes out otherwise than it was recorded, and
// gives the exit code: 0 nothing does, 1 something does, 2 it is not the record of a run.
int ReplayRun(const std::filesystem::path& artifacts, const std::string& run);

}  // namespace e2e
