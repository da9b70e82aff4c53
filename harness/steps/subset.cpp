#include "steps/subset.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace e2e {
namespace {

using nlohmann::json;

// Text without its quotes, anything else as JSON.
std::string Shown(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::optional<std::string> FindItem(const json& item, const json& list, const std::string& path) {
  const bool named = item.is_object() && item.contains("name");
  std::optional<std::string> nearest;
  for (const json& candidate : list) {
    if (named && (!candidate.is_object() || candidate.value("name", json()) != item.at("name"))) continue;
    const std::string where = named ? fmt::format("{}[name={}]", path, Shown(item.at("name"))) : path + "[]";
    auto difference = FindDifference(item, candidate, where);
    if (!difference) return std::nullopt;
    nearest = std::move(difference);
  }
  return nearest ? nearest : fmt::format("{}: no item matches {}", path, item.dump());
}

}  // namespace

std::optional<std::string> FindDifference(const json& expected, const json& actual, const std::string& path) {
  if (expected.is_object() && actual.is_object()) {
    for (const auto& [key, value] : expected.items()) {
      const std::string where = path.empty() ? key : path + "." + key;
      if (!actual.contains(key)) return fmt::format("{}: expected {}, is not there", where, value.dump());
      if (auto difference = FindDifference(value, actual.at(key), where)) return difference;
    }
    return std::nullopt;
  }
  if (expected.is_array() && actual.is_array()) {
    for (const json& item : expected) {
      if (auto difference = FindItem(item, actual, path)) return difference;
    }
    return std::nullopt;
  }
  if (expected == actual) return std::nullopt;
  return fmt::format("{}: expected {}, is {}", path, expected.dump(), actual.dump());
}

}  // namespace e2e
