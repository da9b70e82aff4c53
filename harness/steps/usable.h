// Usable: the one meaning of "the release works" (all eight ports greet, a login works, the probes say 200, and the
// one pod is ready).
#pragma once

#include <string>

#include "steps/world.h"

namespace e2e {

struct UsableOptions {
  // Make domain and accounts first. Default: they are there and must have survived.
  bool provision = false;
  // What stands behind the wait, for its text: "install", "restart".
  std::string because;
};

// Waits until it is so; the reason while pending names the first port that does not answer and the state of the pod
// behind it. Hopeless states of the pod end the wait early. Asks the Kubernetes API and the server's anonymous
// HTTP at most once a second each. Then takes world.baseline anew.
Status WaitUntilUsable(World& world, const UsableOptions& options, Deadline deadline);

// Claim, volume, pod and container as they are now.
Outcome<Baseline> ReadBaseline(World& world, Deadline deadline);

}  // namespace e2e
