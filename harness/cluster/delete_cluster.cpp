#include "cluster/delete_cluster.h"

namespace e2e {

Status DeleteCluster(CommandRunner& runner, const Tools& tools, const std::string& name,
                     const std::filesystem::path& kubeconfig, Deadline deadline) {
  Command cluster = tools.Kind({"delete", "cluster", "--name", name, "--kubeconfig", kubeconfig.string()});
  cluster.cleanup = true;
  E2E_TRY(const std::string deleted, RunChecked(runner, cluster, deadline), "deleting cluster " + name);
  Command network = tools.Docker({"network", "rm", name});
  network.cleanup = true;
  // A start that failed early made no network; one that stays behind does no harm.
  E2E_TRY(const CommandResult removed, runner.Run(network, deadline), "removing the network of cluster " + name);
  return {};
}

}  // namespace e2e
