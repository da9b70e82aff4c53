#include "cluster/snapshot.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace e2e {
namespace {

using nlohmann::json;

enum class Part { kPods, kEvents, kDeployments, kClaims };
constexpr std::array kTurns = {Part::kPods,   Part::kEvents, Part::kDeployments, Part::kPods,
                               Part::kClaims, Part::kPods,   Part::kEvents,      Part::kPods};

Status Read(KubeApi& api, const std::string& ns, Part part, Snapshot& snapshot, Deadline deadline) {
  const std::string doing = "looking at namespace " + ns;
  if (part == Part::kPods) {
    E2E_TRY(snapshot.pods, Pods(api, ns, "", deadline), doing);
  } else if (part == Part::kEvents) {
    E2E_TRY(const auto events, api.List({.path = CorePath(ns, "events")}, deadline), doing);
    snapshot.events = EventsFrom(events);
  } else if (part == Part::kDeployments) {
    E2E_TRY(const auto deployments, api.List({.path = GroupPath("apps/v1", ns, "deployments")}, deadline), doing);
    snapshot.deployments.clear();
    for (const json& object : deployments) snapshot.deployments.push_back(DeploymentFrom(object));
  } else {
    E2E_TRY(const auto claims, api.List({.path = CorePath(ns, "persistentvolumeclaims")}, deadline), doing);
    snapshot.claims.clear();
    for (const json& object : claims) snapshot.claims.push_back(ClaimFrom(object));
  }
  snapshot.taken_at = api.ServerTime();
  return {};
}

// "ReplicaSet NAME-5d4f8c": its controller names it so.
bool IsSetOf(const std::string& owner, const std::string& deployment) {
  const std::string start = "ReplicaSet " + deployment + "-";
  return owner.starts_with(start) && owner.find('-', start.size()) == std::string::npos;
}

}  // namespace

Outcome<Snapshot> Observe(KubeApi& api, const std::string& ns, Deadline deadline) {
  Snapshot snapshot;
  for (const Part part : {Part::kDeployments, Part::kPods, Part::kClaims, Part::kEvents}) {
    E2E_CHECK(Read(api, ns, part, snapshot, deadline), "observing namespace " + ns);
  }
  return snapshot;
}

Status NamespaceView::Look(Deadline deadline) {
  E2E_CHECK(Read(api_, ns_, kTurns[looks_ % kTurns.size()], snapshot_, deadline), "observing namespace " + ns_);
  ++looks_;
  return {};
}

Snapshot OfWorkload(const Snapshot& snapshot, const std::string& kind, const std::string& name) {
  const bool bare = kind == "Pod";
  Snapshot part{.deployments = {}, .pods = {}, .claims = {}, .events = {}, .taken_at = snapshot.taken_at};
  std::set<std::string> named = {kind + " " + name};
  std::set<std::string> claims;
  for (const Deployment& deployment : snapshot.deployments) {
    if (!bare && deployment.name == name) part.deployments.push_back(deployment);
  }
  for (const Pod& pod : snapshot.pods) {
    if (bare ? pod.name != name : !IsSetOf(pod.owner, name)) continue;
    part.pods.push_back(pod);
    named.insert("Pod " + pod.name);
    claims.insert(pod.claims.begin(), pod.claims.end());
  }
  for (const Claim& claim : snapshot.claims) {
    if (!claims.contains(claim.name)) continue;
    part.claims.push_back(claim);
    named.insert("PersistentVolumeClaim " + claim.name);
  }
  for (const Event& event : snapshot.events) {
    const std::string about = event.kind + " " + event.name;
    if (named.contains(about) || (!bare && IsSetOf(about, name))) part.events.push_back(event);
  }
  return part;
}

}  // namespace e2e
