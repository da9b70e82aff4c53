// DeleteCluster: removes a kind cluster and the engine's network of the same name.
#pragma once

#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/outcome.h"
#include "cluster/tools.h"
#include "process/command.h"

namespace e2e {

// Also runs after an interrupt, since it is part of a teardown. A cluster that isn't there is a success. kind
// takes its entry out of `kubeconfig`, whose folder must exist; the file need not.
Status DeleteCluster(CommandRunner& runner, const Tools& tools, const std::string& name,
                     const std::filesystem::path& kubeconfig, Deadline deadline);

}  // namespace e2e
