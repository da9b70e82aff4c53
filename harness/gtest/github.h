// Annotations and the job summary, when the run is part of a GitHub workflow.
#pragma once

#include <string>
#include <vector>

#include "run/report.h"
#include "run/result.h"

namespace e2e {

// One line for each scenario that neither passed nor was skipped nor interrupted, at the failed step's file and line
// (GitHub, "Workflow commands for GitHub Actions", Setting an error message).
std::string Annotations(const std::vector<ScenarioResult>& results);
// One line for each; none for what the user stopped.
std::string Annotations(const std::vector<RunProblem>& problems);

// Prints them on stdout and appends the run's summary.md to the job summary, when the environment says that this is a
// GitHub workflow (GITHUB_ACTIONS, GITHUB_STEP_SUMMARY). A summary that can't be written is a warning there.
void TellGithub(const RunInfo& info, const std::vector<ScenarioResult>& results,
                const std::vector<RunProblem>& problems = {});

}  // namespace e2e
