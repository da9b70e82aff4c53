// Requests to the server's management interface, as its administrator.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>

#include "steps/world.h"

namespace e2e {

// A null body sends none. kExpectation, with the server's words, for any answer but a JSON object with status 200.
Outcome<nlohmann::json> AskManagement(World& world, const std::string& method, const std::string& path,
                                      const nlohmann::json& body, Deadline deadline);

// Whether an answer of the REST interface (Stalwart 0.15) says that `what` was done: its errors come with status 200.
// What exists already is as good as made. kExpectation with the server's words.
Status CheckRest(const nlohmann::json& answer, const std::string& what);

// The results of one request over JMAP (0.16), by the names of its calls; a call that failed as a whole has {"error":
// …}.
using JmapResults = std::map<std::string, nlohmann::json>;
nlohmann::json JmapCall(const std::string& method, nlohmann::json arguments, const std::string& name);
// kExpectation when a call is not answered.
Outcome<JmapResults> AskJmap(World& world, const nlohmann::json& calls, Deadline deadline);
// A set may succeed in part, with HTTP status 200 (RFC 8620 5.3).
Status CheckSets(const JmapResults& results);

}  // namespace e2e
