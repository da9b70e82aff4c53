// ClusterAccess: how to reach a cluster that is up.
#pragma once

#include <filesystem>
#include <string>

#include "cluster/kubeconfig.h"

namespace e2e {

// Value type: all that a scenario needs of the cluster, whoever owns it.
struct ClusterAccess {
  std::filesystem::path kubeconfig_file;
  Kubeconfig kubeconfig;
  // The engine's name for the node.
  std::string node;
};

}  // namespace e2e
