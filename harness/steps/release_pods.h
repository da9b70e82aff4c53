// The pods of the release as steps look at them: the newest one, its logs, and none at all.
#pragma once

#include <string>

#include "base/wait.h"
#include "cluster/workload.h"
#include "steps/world.h"

namespace e2e {

// The pod of the Deployment's newest revision. kInconclusive while there is none: the controller has not got as far, or
// no pod is wanted. Pods of older revisions and those being deleted do not count.
Outcome<Pod> NewestPod(World& world, Deadline deadline);

// The log of a container of that pod, and that of its run before where there was one.
Outcome<std::string> ContainerLog(World& world, const std::string& pod, const std::string& container,
                                  Deadline deadline);

// Waits until no pod of the release is left.
Status AwaitNoPod(World& world, Deadline deadline);

// What a wait makes of a look that failed: it looks again, unless the user wants to stop.
Outcome<Probe> PendingOn(const Error& error);

}  // namespace e2e
