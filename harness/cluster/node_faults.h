// Faults from below the release: its node is drained, its memory taken, its API server restarted.
#pragma once

#include <string>

#include "cluster/faults.h"

namespace e2e {

struct Drained {
  std::string node, old_pod, old_uid, new_pod, new_uid;
  // Whether the new pod waited, as no node would take it.
  bool pending = false;
  std::string Text() const;
};
// Cordons the node, evicts the release's pod through the API (which heeds disruption budgets), waits until it is gone
// and another pod exists or is waiting for a node, and makes the node schedulable again, whatever happened before. Hits
// the whole cluster.
Outcome<Drained> DrainNode(const FaultTarget& target, Deadline deadline);

// Makes the memory limit of the container what it uses, asks for more beside it until the kernel kills its first
// process, and waits until the kubelet made another container, with the pod's own limit again. The receipt is the
// kubelet's word "OOMKilled".
Outcome<ContainerKilled> TakeMemory(const FaultTarget& target, Deadline deadline);

struct ApiRestarted {
  std::string old_id, new_id;
  int old_restarts = 0, new_restarts = 0;
  std::string Text() const;
};
// SIGKILL to the API server's container; waits until it answers again and its pod has another container. Hits the whole
// cluster.
Outcome<ApiRestarted> RestartApiServer(const FaultTarget& target, Deadline deadline);

}  // namespace e2e
