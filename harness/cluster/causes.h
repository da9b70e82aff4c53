// Causes: what keeps each object of a snapshot from being ready, as codes with the chain that leads there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/reason.h"
#include "cluster/snapshot.h"

namespace e2e {

struct Cause {
  Reason reason = Reason::kStarting;
  // The object that it is about: "Pod stalwart-x container stalwart".
  std::string subject;
  // What an event adds to the chain; empty when the objects say it all.
  std::string evidence{};
  // Of a container that has ended or is backing off; 0 for any other.
  int restarts = 0;
  // By the cluster's clock, where an object or event tells.
  std::optional<WallTime> since{};
};

// One for each Deployment that can't make pods, each pod and each claim that isn't as it should be; the ones that a
// person can do something about come first. Pods that are being deleted, or that another one has replaced, are none.
std::vector<Cause> FindCauses(const Snapshot& snapshot);
// The cause of one pod; nothing for one that is ready, has ended well or goes away.
std::optional<Cause> CauseOf(const Pod& pod, const Snapshot& snapshot);
std::optional<Cause> CauseOf(const Claim& claim, const Snapshot& snapshot);

// The same for words alone. `message` may be the kubelet's, the runtime's or the API's.
Reason ReasonOfPull(std::string_view message);
Reason ReasonOfConfig(std::string_view message);
Reason ReasonOfMount(std::string_view message);
// Of pods that a controller may not make.
Reason ReasonOfRefusedPod(std::string_view message);
// Of an object that the API refuses.
Reason ReasonOfRefusedObject(std::string_view message);

}  // namespace e2e
