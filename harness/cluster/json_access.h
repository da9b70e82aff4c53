// Reading of foreign JSON without exceptions: what is missing or of another type reads as empty.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace e2e {

// `pointer` as in RFC 6901: "/metadata/name". Null when there is nothing.
inline const nlohmann::json& JsonAt(const nlohmann::json& object, const std::string& pointer) {
  static const nlohmann::json kNothing;
  const nlohmann::json::json_pointer at(pointer);
  return object.contains(at) ? object.at(at) : kNothing;
}

inline std::string TextAt(const nlohmann::json& object, const std::string& pointer) {
  const nlohmann::json& value = JsonAt(object, pointer);
  return value.is_string() ? value.get<std::string>() : "";
}

inline int IntAt(const nlohmann::json& object, const std::string& pointer, int otherwise = 0) {
  const nlohmann::json& value = JsonAt(object, pointer);
  return value.is_number_integer() ? value.get<int>() : otherwise;
}

inline double NumberAt(const nlohmann::json& object, const std::string& pointer, double otherwise = 0) {
  const nlohmann::json& value = JsonAt(object, pointer);
  return value.is_number() ? value.get<double>() : otherwise;
}

inline bool TrueAt(const nlohmann::json& object, const std::string& pointer) {
  const nlohmann::json& value = JsonAt(object, pointer);
  return value.is_boolean() && value.get<bool>();
}

// The list at `pointer`, or an empty one.
inline const nlohmann::json& ListAt(const nlohmann::json& object, const std::string& pointer) {
  static const nlohmann::json kEmpty = nlohmann::json::array();
  const nlohmann::json& value = JsonAt(object, pointer);
  return value.is_array() ? value : kEmpty;
}

}  // namespace e2e
