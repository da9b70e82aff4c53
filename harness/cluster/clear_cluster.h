// ClearCluster: takes what former scenarios left out of a cluster that is used again.
#pragma once

#include <functional>
#include <string>

#include "cluster/kube_api.h"
#include "cluster/node.h"

namespace e2e {

// Every scenario's namespace is called this and its id.
inline constexpr std::string_view kNamespacePrefix = "e2e-";

// Sees that the API server answers and the node is ready, deletes the scenarios' namespaces, waits until they are gone,
// and removes the volumes of their own. An Error says why the cluster can't be used: kTransport or kInfra of the API,
// kTimeout of a namespace or volume that stays.
Status ClearCluster(KubeApi& api, Node& node, const std::function<void(const std::string&)>& tell, Deadline deadline);

}  // namespace e2e
