// Surface: what a chart puts into the cluster and what its users can set, as named items.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

#include "base/outcome.h"

namespace e2e {

// Name of a part and what is rendered for it: "Service: port smtp", "Service: selector", "Service: type", "Service
// mail: port smtp", "Deployment: container stalwart: livenessProbe" (also port, env, mount, of init containers too),
// "Deployment: volume config", "Deployment: replicas", "ConfigMap config: key config.json". Every other object is a
// part by itself: "Ingress", "TCPRoute smtp". The release's own name is left out. What a Secret holds is masked, as
// some of it is drawn by lot.
using Surface = std::map<std::string, nlohmann::json>;

// Of what helm has rendered.
Outcome<Surface> SurfaceOf(const std::string& manifests);

// Names of the parts that are other ones in `after`, or are gone.
std::vector<std::string> Touched(const Surface& before, const Surface& after);

// Dotted names of all values without values of their own below them: "probes.liveness.path".
std::vector<std::string> ValueNames(const nlohmann::json& values);

}  // namespace e2e
