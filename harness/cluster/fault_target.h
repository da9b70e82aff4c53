// What faults share: whom they strike, and what becomes of one without a receipt. Internal to cluster/.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "cluster/faults.h"

namespace e2e {

Error Inconclusive(std::string message);
// A fault without its receipt proves nothing, whatever kept the receipt away.
Error WithoutReceipt(const Error& error, const std::string& fault);

// The one pod of the target that is not on its way out; kInconclusive when there are none or several.
Outcome<Pod> TheOnePod(const FaultTarget& target, Deadline deadline);
// The same, with a running container.
Outcome<Pod> TheOneRunningPod(const FaultTarget& target, Deadline deadline);

ListQuery PodsOf(const FaultTarget& target);
std::vector<Pod> PodsFrom(const std::vector<nlohmann::json>& objects);

// Waits until the kubelet has put another container in the place of the one in `old`, and tells how that one ended.
Outcome<ContainerKilled> AwaitRestart(const FaultTarget& target, const Pod& old, const std::string& fault,
                                      Deadline deadline);

// To all of them; kCommandFailed when one of them was gone.
Status Signal(Node& node, const std::string& option, const std::vector<int>& pids, Deadline deadline);

// Asks for so many replicas of a Deployment, and gives what the API then says is wanted.
Outcome<int> SetReplicas(KubeApi& api, const std::string& ns, const std::string& deployment, int replicas,
                         Deadline deadline);

}  // namespace e2e
