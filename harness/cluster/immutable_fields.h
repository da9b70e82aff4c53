// What Kubernetes refuses to change of an object that is there, and which objects must not go.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace e2e {

// A line for each change from `before` to `after`, two states of one object, that the API refuses.
std::vector<std::string> RefusedChanges(const nlohmann::json& before, const nlohmann::json& after);

// Why the object must not be gone after an upgrade; empty where nothing is lost with it.
std::string LostWith(const nlohmann::json& object);

}  // namespace e2e
