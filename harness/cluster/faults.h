// Faults: what is broken on purpose. Each gives a receipt, the proof that it happened, or kInconclusive.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"
#include "cluster/kube_api.h"
#include "cluster/node.h"
#include "cluster/workload.h"

namespace e2e {

// Where a fault strikes: the one pod that the selector matches and that isn't being deleted.
struct FaultTarget {
  KubeApi& api;
  Node& node;
  std::string ns;
  std::string selector;
  // For taking back what a fault did to the cluster, also after an interrupt. Default: `api`.
  KubeApi* undo = nullptr;
};

struct PodDeleted {
  std::string old_name, old_uid, new_name, new_uid;
  bool forced = false;
  std::string Text() const;
};
// Deletes the pod and waits until it is gone and another one exists (not until that one is ready).
Outcome<PodDeleted> DeletePod(const FaultTarget& target, bool forced, Deadline deadline);

struct ContainerKilled {
  std::string pod, old_id, new_id;
  int old_restarts = 0, new_restarts = 0, exit_code = 0;
  // Why the kubelet thinks that it ended: "Error", "OOMKilled".
  std::string reason;
  std::string signal;
  std::string Text() const;
};
// The signal ("SIGKILL", "SIGTERM") to the container's first process, from outside; waits until the kubelet made
// another container in the same pod. The end must be one that the signal makes: 137 after SIGKILL, and only then.
Outcome<ContainerKilled> KillContainer(const FaultTarget& target, const std::string& signal, Deadline deadline);

struct Frozen {
  std::string pod, container_id;
  std::vector<int> pids;
  std::string Text() const;
};
// SIGSTOP to everything in the container; the receipt is the kernel's word that all of it is stopped.
Outcome<Frozen> Freeze(const FaultTarget& target, Deadline deadline);
struct Thawed {
  std::string pod, container_id;
  // Of the frozen processes: those that run again, and those that ended since.
  int running = 0, ended = 0;
  std::string Text() const;
};
// SIGCONT. What ended since is left alone: the kubelet may have killed the container meanwhile. The receipt is the
// kernel's word that none of them is stopped any more.
Outcome<Thawed> Thaw(Node& node, Clock& clock, const Frozen& frozen, Deadline deadline);

// The kernel lets a frozen container go on for that long and then ends its first process with SIGKILL, both from within
// the node, so that no more time passes. Waits and judges as KillContainer does.
Outcome<ContainerKilled> KillThawed(const FaultTarget& target, const Frozen& frozen, Duration run, Deadline deadline);

struct Scaled {
  std::string deployment;
  int from = 0, to = 0;
  std::string Text() const;
};
// Sets the number of replicas and waits until the pods that exist are that many.
Outcome<Scaled> Scale(const FaultTarget& target, const std::string& deployment, int replicas, Deadline deadline);

}  // namespace e2e
