// ApiKinds: under which path the cluster keeps objects of a kind, by the API's own discovery.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>

#include "cluster/kube_api.h"

namespace e2e {

struct ObjectName {
  // "v1", "apps/v1".
  std::string api_version;
  std::string kind;
  // Empty for an object of the cluster, or one that is meant for the default namespace.
  std::string ns;
  std::string name;
};

// Asks once for each group and keeps the answers. `api` must outlive it. Thread rule: one thread.
class ApiKinds {
 public:
  explicit ApiKinds(KubeApi& api) : api_(api) {}

  // The object's path, in `default_ns` when it names no namespace and its kind has one. Nothing when the cluster does
  // not serve the kind.
  Outcome<std::optional<std::string>> PathOf(const ObjectName& object, const std::string& default_ns,
                                             Deadline deadline);

 private:
  // The discovery document of a group; null for one that is not served.
  Outcome<nlohmann::json> Resources(const std::string& api_version, Deadline deadline);

  KubeApi& api_;
  std::map<std::string, nlohmann::json> known_;
};

}  // namespace e2e
