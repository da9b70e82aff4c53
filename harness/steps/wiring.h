// Wiring: where the release departs from the contract between chart and server, as hints for a failure's text.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "steps/server_profile.h"

namespace e2e {

// One line for each departure: a port of the Service that is missing or leads to another port of the container,
// a volume that is not mounted where the server keeps its state, or one that ends with the pod. Empty when there is
// none. `service` and `deployment` are the release's objects.
std::vector<std::string> FindMiswiring(const nlohmann::json& service, const nlohmann::json& deployment,
                                       const ServerProfile& profile);

}  // namespace e2e
