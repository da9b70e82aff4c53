#include "cluster/immutable_fields.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "cluster/json_access.h"

namespace e2e {

using nlohmann::json;

namespace {

// As the API's validation of updates has it.
const std::map<std::string, std::vector<std::string>> kFixed = {
    {"DaemonSet", {"/spec/selector"}},
    {"Deployment", {"/spec/selector"}},
    {"Job", {"/spec/selector", "/spec/template", "/spec/completionMode"}},
    {"PersistentVolumeClaim",
     {"/spec/accessModes", "/spec/storageClassName", "/spec/volumeName", "/spec/volumeMode", "/spec/selector",
      "/spec/dataSource", "/spec/dataSourceRef"}},
    {"RoleBinding", {"/roleRef"}},
    {"Secret", {"/type"}},
    {"Service", {"/spec/clusterIP", "/spec/loadBalancerClass"}},
    {"StatefulSet", {"/spec/selector", "/spec/serviceName", "/spec/podManagementPolicy", "/spec/volumeClaimTemplates"}},
};

const std::map<std::string, std::string> kLoss = {
    {"Deployment", "its pods would end before another one's begin, or run beside them"},
    {"PersistentVolumeClaim", "another claim has none of its data"},
    {"Secret", "whoever reads it would find none"},
    {"Service", "another one has another address and other node ports"},
    {"StatefulSet", "its pods would end before another one's begin, or run beside them"},
};

std::string Dotted(const std::string& pointer) {
  std::string path = pointer.substr(1);
  for (char& c : path)
    if (c == '/') c = '.';
  return path;
}

std::string Shown(const json& value) {
  return value.is_null() ? "nothing" : value.dump();
}

// A Kubernetes quantity as a number; none where it is no quantity.
std::optional<double> Quantity(const json& value) {
  static const std::map<std::string, double> kUnits = {{"", 1},        {"k", 1e3},     {"M", 1e6},     {"G", 1e9},
                                                       {"T", 1e12},    {"P", 1e15},    {"Ki", 0x1p10}, {"Mi", 0x1p20},
                                                       {"Gi", 0x1p30}, {"Ti", 0x1p40}, {"Pi", 0x1p50}};
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto unit = kUnits.find(text.substr(digits));
  if (digits == 0 || digits > 15 || unit == kUnits.end()) return std::nullopt;
  return std::strtod(text.substr(0, digits).c_str(), nullptr) * unit->second;
}

void CheckSize(const json& before, const json& after, std::vector<std::string>& lines) {
  const std::string where = "/spec/resources/requests/storage";
  const json &was = JsonAt(before, where), &is = JsonAt(after, where);
  const auto old_size = Quantity(was), new_size = Quantity(is);
  if (old_size && new_size && *new_size < *old_size)
    lines.push_back(fmt::format("shrinks from {} to {}, and a claim only grows", Shown(was), Shown(is)));
}

}  // namespace

std::vector<std::string> RefusedChanges(const json& before, const json& after) {
  std::vector<std::string> lines;
  const std::string kind = TextAt(before, "/kind");
  const auto fixed = kFixed.find(kind);
  for (const std::string& field : fixed == kFixed.end() ? std::vector<std::string>{} : fixed->second) {
    const json &was = JsonAt(before, field), &is = JsonAt(after, field);
    if (was != is)
      lines.push_back(fmt::format("{} can't be changed: was {}, is {}", Dotted(field), Shown(was), Shown(is)));
  }
  if (kind == "PersistentVolumeClaim") CheckSize(before, after, lines);
  if (TrueAt(before, "/immutable"))
    for (const char* field : {"/data", "/stringData", "/binaryData", "/immutable"})
      if (JsonAt(before, field) != JsonAt(after, field))
        lines.push_back(fmt::format("{} can't be changed: the object is immutable", Dotted(field)));
  return lines;
}

std::string LostWith(const json& object) {
  if (!TextAt(object, "/metadata/annotations/helm.sh~1hook").empty()) return "";
  const auto loss = kLoss.find(TextAt(object, "/kind"));
  return loss == kLoss.end() ? "" : loss->second;
}

}  // namespace e2e
