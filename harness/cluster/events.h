// Kubernetes' events: when one was last seen, and one as a line of text.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace e2e {

// RFC 3339, so that texts compare as times do. Events have had several fields for it over the years.
std::string EventTime(const nlohmann::json& event);
// "FailedScheduling on Pod stalwart-x: 0/1 nodes are available".
std::string EventText(const nlohmann::json& event);

}  // namespace e2e
