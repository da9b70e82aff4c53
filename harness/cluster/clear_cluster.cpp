#include "cluster/clear_cluster.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "cluster/json_access.h"
#include "cluster/own_volume.h"

namespace e2e {
namespace {

using nlohmann::json;

// A cluster that is well answers at once; one that is stopped refuses or says nothing.
constexpr Duration kAnswer{5'000};
constexpr Duration kGone{120'000};

bool IsReady(const json& node) {
  const json& conditions = ListAt(node, "/status/conditions");
  return std::any_of(conditions.begin(), conditions.end(), [](const json& condition) {
    return TextAt(condition, "/type") == "Ready" && TextAt(condition, "/status") == "True";
  });
}

std::vector<std::string> Leftovers(const std::vector<json>& namespaces) {
  std::vector<std::string> names;
  for (const json& object : namespaces) {
    const std::string name = TextAt(object, "/metadata/name");
    if (name.starts_with(kNamespacePrefix)) names.push_back(name);
  }
  return names;
}

Status DeleteNamespaces(KubeApi& api, const std::vector<std::string>& left, Deadline deadline) {
  for (const std::string& name : left) {
    E2E_CHECK(api.Delete(CorePath("", "namespaces", name), {}, deadline), "deleting namespace " + name);
  }
  const auto gone = [](const std::vector<json>& now) -> Outcome<Probe> {
    const std::vector<std::string> names = Leftovers(now);
    return names.empty() ? Probe::Ready() : Probe::Pending(Join(names, ", ") + " still there");
  };
  const Deadline limit = Deadline::Min(deadline, Deadline::In(api.clock(), kGone));
  return api.WatchUntil({CorePath("", "namespaces")}, "end of former scenarios' namespaces", limit, {}, gone);
}

}  // namespace

Status ClearCluster(KubeApi& api, Node& node, const std::function<void(const std::string&)>& tell, Deadline deadline) {
  const Deadline soon = Deadline::Min(deadline, Deadline::In(api.clock(), kAnswer));
  E2E_TRY(const std::vector<json> nodes, api.List({CorePath("", "nodes")}, soon), "asking for the node");
  if (nodes.empty() || !std::all_of(nodes.begin(), nodes.end(), IsReady)) {
    return Error(ErrorKind::kInfra, "its node is not ready");
  }
  E2E_TRY(const std::vector<json> namespaces, api.List({CorePath("", "namespaces")}, soon),
          "asking for the namespaces");
  if (const std::vector<std::string> left = Leftovers(namespaces); !left.empty()) {
    tell("deleting what former scenarios left: " + Join(left, ", "));
    E2E_CHECK(DeleteNamespaces(api, left, deadline), "deleting what former scenarios left");
  }
  return ClearOwnVolumes(api, node, Deadline::Min(deadline, Deadline::In(api.clock(), kGone)));
}

}  // namespace e2e
