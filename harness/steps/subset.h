// Subset match: whether a JSON value holds everything that an expected one names.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace e2e {

// Maps need every expected key; each item of an expected list must match some item of the actual one (by its
// `name` when it has one); everything else must be equal. Gives the first difference with its path
// ("spec.containers[name=stalwart].livenessProbe.periodSeconds: expected 10, is 5"), or nothing.
std::optional<std::string> FindDifference(const nlohmann::json& expected, const nlohmann::json& actual,
                                          const std::string& path = "");

}  // namespace e2e
