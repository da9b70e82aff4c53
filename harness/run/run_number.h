// RunNumber: which of the runs of one scenario this is, and what it has of its own.
#pragma once

#include <filesystem>
#include <string>

#include "scenario/scenario.h"

namespace e2e {

// Both count from 1: rounds of the whole selection, and attempts within a round after a failure.
struct RunNumber {
  int round = 1;
  int attempt = 1;
};

// "e2e-smoke-ports", "e2e-smoke-ports-r2-a3": no run waits for the namespace of the one before to be gone.
std::string NamespaceOf(const Scenario& scenario, RunNumber number);
// Its artifacts, below the run's folder.
std::filesystem::path FolderOf(const std::filesystem::path& run_folder, const Scenario& scenario, RunNumber number);

}  // namespace e2e
