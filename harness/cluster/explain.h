// Explain: why a release isn't up, as one line.
#pragma once

#include <string>

#include "cluster/snapshot.h"

namespace e2e {

// "Deployment stalwart 0/1 <- ReplicaSet stalwart-5d4f <- Pod stalwart-5d4f-x Pending <- container stalwart
// ImagePullBackOff: …; newest warning: …". "everything is ready" when it is so.
std::string Explain(const Snapshot& snapshot);
// The same for one that may lack what was not yet read: then it does not say that all is well.
std::string Explain(const Snapshot& snapshot, bool complete);
// Observes first; says so when the API server doesn't answer.
std::string Explain(KubeApi& api, const std::string& ns, Deadline deadline);
// The pod's part of that line.
std::string ExplainPod(const Pod& pod);
// "container stalwart ended with 1", or its init container that failed; empty while none of them has ended. A server
// may give up with status 0 too.
std::string HowItEnded(const Pod& pod);

}  // namespace e2e
