// Typed views of the objects that steps ask about.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"
#include "cluster/kube_api.h"

namespace e2e {

struct Termination {
  std::string reason;
  // It may be the end of a log, so it comes without what looks like a secret (RedactUnknown).
  std::string message;
  int exit_code = 0;
  // RFC 3339, as the kubelet writes it.
  std::string finished_at;
};

struct Container {
  std::string name;
  // Without the runtime's prefix ("containerd://"); empty before the container was made.
  std::string id;
  int restart_count = 0;
  bool ready = false;
  // Empty while it doesn't run.
  std::string started_at;
  std::string waiting_reason;
  std::string waiting_message;
  // How the run before this one ended, or this one when it doesn't run any more.
  std::optional<Termination> last_terminated;
};

struct Pod {
  std::string name;
  std::string uid;
  // Pending, Running, Succeeded, Failed.
  std::string phase;
  bool ready = false;
  // A deletion was asked for; it may still be running.
  bool deleting = false;
  // The scheduler's words and since when, while no node takes the pod.
  std::string unschedulable;
  std::optional<WallTime> unschedulable_since;
  // "ReplicaSet stalwart-5d4f"; empty for a pod that nothing makes anew.
  std::string owner;
  // Why and how the pod failed as a whole: "Evicted". Empty when it did not.
  std::string failed_reason;
  std::string failed_message;
  // The claims that it mounts.
  std::vector<std::string> claims;
  // The first container, which is the server.
  Container container;
  std::vector<Container> init_containers;
  // The containers after the first one.
  std::vector<Container> other_containers;
};

struct Claim {
  std::string name;
  std::string uid;
  std::string volume;
  // Pending, Bound, Lost.
  std::string phase;
  std::string storage_class;
};

struct Deployment {
  std::string name;
  int wanted = 0;
  int ready = 0;
  int updated = 0;
  // The controller has seen the newest spec.
  bool observed = false;
  // Why no pods can be made, when so, and since when.
  std::string replica_failure;
  std::optional<WallTime> replica_failure_since{};
};

Pod PodFrom(const nlohmann::json& object);
// All of a pod's containers but its init containers, in the kubelet's order.
std::vector<Container> ContainersFrom(const nlohmann::json& pod);
Claim ClaimFrom(const nlohmann::json& object);
Deployment DeploymentFrom(const nlohmann::json& object);

// The pods that a selector matches, the oldest first. Default selector: all of the namespace.
Outcome<std::vector<Pod>> Pods(KubeApi& api, const std::string& ns, const std::string& selector, Deadline deadline);
Outcome<Claim> GetClaim(KubeApi& api, const std::string& ns, const std::string& name, Deadline deadline);
Outcome<Deployment> GetDeployment(KubeApi& api, const std::string& ns, const std::string& name, Deadline deadline);
// Addresses of the Service's endpoints that get traffic: ready ones of all its EndpointSlices, sorted.
Outcome<std::vector<std::string>> ReadyAddresses(KubeApi& api, const std::string& ns, const std::string& service,
                                                 Deadline deadline);
std::vector<std::string> ReadyAddressesFrom(const std::vector<nlohmann::json>& slices);

// RFC 3339 in UTC with whole or broken seconds; nothing for any other text.
std::optional<WallTime> ParseRfc3339(const std::string& text);

}  // namespace e2e
