#include "cluster/workload.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <set>

#include "base/text.h"
#include "cluster/json_access.h"
#include "cluster/redaction.h"

namespace e2e {
namespace {

using nlohmann::json;

const json* ConditionOf(const json& object, const std::string& type) {
  for (const json& condition : ListAt(object, "/status/conditions")) {
    if (TextAt(condition, "/type") == type) return &condition;
  }
  return nullptr;
}

bool IsTrue(const json* condition) {
  return condition != nullptr && TextAt(*condition, "/status") == "True";
}

Container ContainerFrom(const json& status) {
  Container container;
  container.name = TextAt(status, "/name");
  const std::string id = TextAt(status, "/containerID");
  const std::size_t scheme = id.find("://");
  container.id = scheme == std::string::npos ? id : id.substr(scheme + 3);
  container.restart_count = IntAt(status, "/restartCount");
  container.ready = TrueAt(status, "/ready");
  container.started_at = TextAt(status, "/state/running/startedAt");
  container.waiting_reason = TextAt(status, "/state/waiting/reason");
  container.waiting_message = RedactUnknown(TextAt(status, "/state/waiting/message"));
  for (const char* place : {"/state/terminated", "/lastState/terminated"}) {
    const json& ended = JsonAt(status, place);
    if (!ended.is_object()) continue;
    container.last_terminated = Termination{TextAt(ended, "/reason"), RedactUnknown(TextAt(ended, "/message")),
                                            IntAt(ended, "/exitCode"), TextAt(ended, "/finishedAt")};
    break;
  }
  return container;
}

}  // namespace

std::optional<WallTime> ParseRfc3339(const std::string& text) {
  std::tm utc{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  if (rest == nullptr) return std::nullopt;
  WallTime time = std::chrono::system_clock::from_time_t(timegm(&utc));
  if (*rest == '.') {
    char* end = nullptr;
    const double fraction = std::strtod(rest, &end);
    time += Duration(static_cast<long long>(fraction * 1000));
    rest = end;
  }
  if (std::string_view(rest) != "Z") return std::nullopt;
  return time;
}

Pod PodFrom(const json& object) {
  Pod pod;
  pod.name = TextAt(object, "/metadata/name");
  pod.uid = TextAt(object, "/metadata/uid");
  pod.phase = TextAt(object, "/status/phase");
  pod.ready = IsTrue(ConditionOf(object, "Ready"));
  pod.deleting = JsonAt(object, "/metadata/deletionTimestamp").is_string();
  const json* scheduled = ConditionOf(object, "PodScheduled");
  if (scheduled != nullptr && TextAt(*scheduled, "/reason") == "Unschedulable") {
    pod.unschedulable = TextAt(*scheduled, "/message");
    pod.unschedulable_since = ParseRfc3339(TextAt(*scheduled, "/lastTransitionTime"));
  }
  const std::string owner = TextAt(object, "/metadata/ownerReferences/0/name");
  if (!owner.empty()) pod.owner = TextAt(object, "/metadata/ownerReferences/0/kind") + " " + owner;
  pod.failed_reason = TextAt(object, "/status/reason");
  pod.failed_message = TextAt(object, "/status/message");
  for (const json& volume : ListAt(object, "/spec/volumes")) {
    const std::string claim = TextAt(volume, "/persistentVolumeClaim/claimName");
    if (!claim.empty()) pod.claims.push_back(claim);
  }
  const std::string server = TextAt(object, "/spec/containers/0/name");
  pod.container.name = server;
  // The kubelet sorts the statuses by name, the spec has the chart's order.
  for (const json& status : ListAt(object, "/status/containerStatuses")) {
    if (TextAt(status, "/name") == server) {
      pod.container = ContainerFrom(status);
    } else {
      pod.other_containers.push_back(ContainerFrom(status));
    }
  }
  for (const json& status : ListAt(object, "/status/initContainerStatuses")) {
    pod.init_containers.push_back(ContainerFrom(status));
  }
  return pod;
}

std::vector<Container> ContainersFrom(const json& pod) {
  std::vector<Container> containers;
  for (const json& status : ListAt(pod, "/status/containerStatuses")) containers.push_back(ContainerFrom(status));
  return containers;
}

Claim ClaimFrom(const json& object) {
  return {TextAt(object, "/metadata/name"), TextAt(object, "/metadata/uid"), TextAt(object, "/spec/volumeName"),
          TextAt(object, "/status/phase"), TextAt(object, "/spec/storageClassName")};
}

Deployment DeploymentFrom(const json& object) {
  Deployment deployment;
  deployment.name = TextAt(object, "/metadata/name");
  deployment.wanted = IntAt(object, "/spec/replicas", 1);
  deployment.ready = IntAt(object, "/status/readyReplicas");
  deployment.updated = IntAt(object, "/status/updatedReplicas");
  deployment.observed = IntAt(object, "/status/observedGeneration") >= IntAt(object, "/metadata/generation");
  if (const json* failure = ConditionOf(object, "ReplicaFailure"); IsTrue(failure)) {
    deployment.replica_failure = TextAt(*failure, "/message");
    deployment.replica_failure_since = ParseRfc3339(TextAt(*failure, "/lastTransitionTime"));
  }
  return deployment;
}

Outcome<std::vector<Pod>> Pods(KubeApi& api, const std::string& ns, const std::string& selector, Deadline deadline) {
  E2E_TRY(std::vector<json> objects, api.List({.path = CorePath(ns, "pods"), .label_selector = selector}, deadline),
          "reading the pods of namespace " + ns);
  std::stable_sort(objects.begin(), objects.end(), [](const json& a, const json& b) {
    return TextAt(a, "/metadata/creationTimestamp") < TextAt(b, "/metadata/creationTimestamp");
  });
  std::vector<Pod> pods;
  for (const json& object : objects) pods.push_back(PodFrom(object));
  return pods;
}

Outcome<Claim> GetClaim(KubeApi& api, const std::string& ns, const std::string& name, Deadline deadline) {
  E2E_TRY(const json object, api.Get(CorePath(ns, "persistentvolumeclaims", name), deadline),
          "reading claim " + name + " of namespace " + ns);
  return ClaimFrom(object);
}

Outcome<Deployment> GetDeployment(KubeApi& api, const std::string& ns, const std::string& name, Deadline deadline) {
  E2E_TRY(const json object, api.Get(GroupPath("apps/v1", ns, "deployments", name), deadline),
          "reading deployment " + name + " of namespace " + ns);
  return DeploymentFrom(object);
}

std::vector<std::string> ReadyAddressesFrom(const std::vector<json>& slices) {
  std::set<std::string> addresses;
  for (const json& slice : slices) {
    for (const json& endpoint : ListAt(slice, "/endpoints")) {
      // The API's rule: a condition that isn't given counts as ready.
      const json& ready = JsonAt(endpoint, "/conditions/ready");
      if (ready.is_boolean() && !ready.get<bool>()) continue;
      for (const json& address : ListAt(endpoint, "/addresses")) {
        if (address.is_string()) addresses.insert(address.get<std::string>());
      }
    }
  }
  return {addresses.begin(), addresses.end()};
}

Outcome<std::vector<std::string>> ReadyAddresses(KubeApi& api, const std::string& ns, const std::string& service,
                                                 Deadline deadline) {
  E2E_TRY(const std::vector<json> slices,
          api.List({.path = GroupPath("discovery.k8s.io/v1", ns, "endpointslices"),
                    .label_selector = "kubernetes.io/service-name=" + service},
                   deadline),
          "reading the endpoints of service " + service);
  return ReadyAddressesFrom(slices);
}

}  // namespace e2e
