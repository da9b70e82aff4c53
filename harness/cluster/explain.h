// Explain: why a release isn't up, as one line; and which states will not get better by waiting.
#pragma once

#include <string>
#include <vector>

#include "cluster/workload.h"

namespace e2e {

// What a namespace looked like at one time.
struct Snapshot {
  std::vector<Deployment> deployments;
  std::vector<Pod> pods;
  std::vector<Claim> claims;
  // "FailedScheduling on Pod stalwart-x: …": the newest event of type Warning, or empty.
  std::string newest_warning;
};

// Four requests.
Outcome<Snapshot> Observe(KubeApi& api, const std::string& ns, Deadline deadline);

// "Deployment stalwart 0/1 <- Pod stalwart-x Pending <- container stalwart ImagePullBackOff: …; newest
// warning: …". "everything is ready" when it is so.
std::string Explain(const Snapshot& snapshot);
// Observes first; says so when the API server doesn't answer.
std::string Explain(KubeApi& api, const std::string& ns, Deadline deadline);
// The pod's part of that line.
std::string ExplainPod(const Pod& pod);

// An error of kind kExpectation for a pod that won't start however long one waits: its image can't be had,
// its container's configuration is wrong, it restarted `crash_limit` times (an init container: twice) and is backing
// off, or no node took it for a minute.
Status CheckPodsHopeful(const std::vector<Pod>& pods, WallTime now, int crash_limit = 4);
// Also pods that the namespace's Pod Security Standard forbids, and a pending claim without a storage class.
Status CheckHopeful(const Snapshot& snapshot, WallTime now);

}  // namespace e2e
