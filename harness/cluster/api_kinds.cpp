#include "cluster/api_kinds.h"

#include "cluster/json_access.h"

namespace e2e {

using nlohmann::json;

Outcome<json> ApiKinds::Resources(const std::string& api_version, Deadline deadline) {
  if (const auto at = known_.find(api_version); at != known_.end()) return at->second;
  const bool core = api_version.find('/') == std::string::npos;
  E2E_TRY(std::optional<json> document, api_.Find((core ? "/api/" : "/apis/") + api_version, deadline),
          "asking which kinds there are in " + api_version);
  return known_[api_version] = document.value_or(json());
}

Outcome<std::optional<std::string>> ApiKinds::PathOf(const ObjectName& object, const std::string& default_ns,
                                                     Deadline deadline) {
  E2E_TRY(const json document, Resources(object.api_version, deadline), "looking for kind " + object.kind);
  for (const json& resource : ListAt(document, "/resources")) {
    const std::string plural = TextAt(resource, "/name");
    // "deployments/status" has the same kind.
    if (TextAt(resource, "/kind") != object.kind || plural.find('/') != std::string::npos) continue;
    const std::string ns = !TrueAt(resource, "/namespaced") ? "" : object.ns.empty() ? default_ns : object.ns;
    const bool core = object.api_version.find('/') == std::string::npos;
    return std::optional(core ? CorePath(ns, plural, object.name)
                              : GroupPath(object.api_version, ns, plural, object.name));
  }
  return std::optional<std::string>();
}

}  // namespace e2e
