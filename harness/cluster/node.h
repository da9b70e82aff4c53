// Node: the cluster's machine, which is a container of the engine; the door for faults below Kubernetes.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"
#include "cluster/tools.h"
#include "process/command.h"

namespace e2e {

// The runner must outlive it.
class Node {
 public:
  // `container` is the engine's name for the node and, with kind, Kubernetes' name too.
  Node(CommandRunner& runner, Tools tools, std::string container)
      : runner_(runner), tools_(std::move(tools)), container_(std::move(container)) {}

  const std::string& name() const { return container_; }

  // Stdout of a program that runs in the node and ends with 0.
  Outcome<std::string> Exec(std::vector<std::string> argv, Deadline deadline);
  // The same, where any end of the program is a result.
  Outcome<CommandResult> TryExec(std::vector<std::string> argv, Deadline deadline);
  // When the node was last started, as the engine writes it.
  Outcome<std::string> StartedAt(Deadline deadline);
  // Stops and starts the node: its processes end as in a shutdown, its disk stays.
  Status Restart(Deadline deadline);
  // SIGKILL to all that runs in it; it stays down until Start().
  Status Kill(Deadline deadline);
  Status Start(Deadline deadline);
  // How it ended when it was last down, as the engine writes it; "0" while it runs.
  Outcome<std::string> ExitCode(Deadline deadline);
  // Process ids in the node's own namespace of everything that runs in a pod's container.
  Outcome<std::vector<int>> PidsOf(const std::string& container_id, Deadline deadline);
  // The state letter of each process as in /proc/PID/stat: R, S, D, T, Z. An error when one of them is gone.
  Outcome<std::string> StatesOf(const std::vector<int>& pids, Deadline deadline);
  // The same without those that are gone; empty when all of them are.
  Outcome<std::string> StatesOfThose(const std::vector<int>& pids, Deadline deadline);

 private:
  Outcome<std::string> Inspect(const std::string& format, Deadline deadline);

  CommandRunner& runner_;
  Tools tools_;
  std::string container_;
};

}  // namespace e2e
