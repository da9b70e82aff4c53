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

// Lowers the memory limit of the container's cgroup under what it uses, so that the kernel kills it, and waits until
// the kubelet made another container, with the limit of the pod again. The receipt is the kubelet's word "OOMKilled".
Outcome<ContainerKilled> TakeMemory(const FaultTarget& target, Deadline deadline);

struct ApiRestarted {
  std::string old_id, new_id;
  std::string Text() const;
};
// Stops the container of the API server and waits until another one answers. Hits the whole cluster.
Outcome<ApiRestarted> RestartApiServer(const FaultTarget& target, Deadline deadline);

}  // namespace e2e
