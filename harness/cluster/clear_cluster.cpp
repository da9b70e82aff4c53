#include "cluster/clear_cluster.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "cluster/json_access.h"

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

}  // namespace

Status ClearCluster(KubeApi& api, const std::function<void(const std::string&)>& tell, Deadline deadline) {
  const Deadline soon = Deadline::Min(deadline, Deadline::In(api.clock(), kAnswer));
  E2E_TRY(const std::vector<json> nodes, api.List({CorePath("", "nodes")}, soon), "asking for the node");
  if (nodes.empty() || !std::all_of(nodes.begin(), nodes.end(), IsReady)) {
    return Error(ErrorKind::kInfra, "its node is not ready");
  }
  const ListQuery query{CorePath("", "namespaces")};
  E2E_TRY(const std::vector<json> namespaces, api.List(query, soon), "asking for the namespaces");
  const std::vector<std::string> left = Leftovers(namespaces);
  if (left.empty()) return {};
  tell("deleting what former scenarios left: " + Join(left, ", "));
  for (const std::string& name : left) {
    E2E_CHECK(api.Delete(CorePath("", "namespaces", name), {}, deadline), "deleting namespace " + name);
  }
  const auto gone = [](const std::vector<json>& now) -> Outcome<Probe> {
    const std::vector<std::string> names = Leftovers(now);
    return names.empty() ? Probe::Ready() : Probe::Pending(Join(names, ", ") + " still there");
  };
  const Deadline limit = Deadline::Min(deadline, Deadline::In(api.clock(), kGone));
  return api.WatchUntil(query, "end of former scenarios' namespaces", limit, {}, gone);
}

}  // namespace e2e
