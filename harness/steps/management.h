// One request to the server's management interface, as its administrator.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "steps/world.h"

namespace e2e {

// A null body sends none. kExpectation, with the server's words, for any answer but a JSON object with status 200.
Outcome<nlohmann::json> AskManagement(World& world, const std::string& method, const std::string& path,
                                      const nlohmann::json& body, Deadline deadline);

}  // namespace e2e
