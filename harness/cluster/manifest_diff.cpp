#include "cluster/manifest_diff.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/yaml.h"
#include "cluster/immutable_fields.h"
#include "cluster/json_access.h"
#include "cluster/manifest.h"

namespace e2e {

using nlohmann::json;

namespace {

using Objects = std::map<std::pair<std::string, std::string>, json>;

Outcome<Objects> Read(const std::string& manifests, const std::string& which) {
  E2E_TRY(const auto parsed, ParseManifest(manifests, which), "reading the render " + which);
  Objects objects;
  for (const ManifestObject& one : parsed) {
    E2E_TRY(const YamlNode node, YamlNode::Parse(one.yaml, which), "reading the render " + which);
    json object = node.ToJson();
    if (one.kind == "Secret")
      for (const char* values : {"data", "stringData"})
        if (object.contains(values) && object[values].is_object())
          for (auto& value : object[values]) value = "(a Secret's)";
    if (!objects.emplace(std::pair(one.kind, one.name), std::move(object)).second)
      return Error(ErrorKind::kBadScenario, fmt::format("{}: {} {} is there twice", which, one.kind, one.name));
  }
  return objects;
}

// The values of `key` in the list's entries, in order; empty where they do not tell every entry apart.
std::vector<std::string> Values(const std::string& key, const json& list) {
  std::vector<std::string> values;
  for (const json& entry : list)
    if (entry.is_object() && entry.contains(key) && entry[key].is_primitive()) values.push_back(entry[key].dump());
  const bool apart = std::set<std::string>(values.begin(), values.end()).size() == list.size();
  return apart ? values : std::vector<std::string>{};
}

// Whether those that are in both come in the same order.
bool SameOrder(std::vector<std::string> one, std::vector<std::string> other) {
  const auto keep = [](std::vector<std::string>& some, const std::vector<std::string>& known) {
    const auto unknown = [&](const std::string& name) {
      return std::find(known.begin(), known.end(), name) == known.end();
    };
    some.erase(std::remove_if(some.begin(), some.end(), unknown), some.end());
  };
  keep(one, other);
  keep(other, one);
  return one == other;
}

// What tells the entries of both lists apart, or empty: then each list is one value.
std::string KeyOf(const json& one, const json& other) {
  for (const char* key : {"name", "mountPath", "containerPort", "port"}) {
    const auto values = Values(key, one), others = Values(key, other);
    if (!values.empty() && !others.empty() && SameOrder(values, others)) return key;
  }
  return "";
}

std::string Plain(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// A key as a step of a path: one that has dots itself is put in brackets.
std::string Step(const std::string& path, const std::string& key) {
  if (key.find('.') != std::string::npos) return fmt::format("{}[{}]", path, key);
  return path.empty() ? key : path + "." + key;
}

// The entries of a map or of a list by the paths to them.
std::map<std::string, json> Parts(const json& whole, const std::string& path, const std::string& key) {
  std::map<std::string, json> parts;
  if (whole.is_object())
    for (const auto& [name, part] : whole.items()) parts[Step(path, name)] = part;
  else
    for (const json& part : whole) parts[fmt::format("{}[{}]", path, Plain(part[key]))] = part;
  return parts;
}

// A part that is on one side only is one change, however much there is in it.
// NOLINTNEXTLINE(misc-no-recursion): the reader allows no deep nesting.
void AddChanges(const json& before, const json& after, const std::string& path, std::vector<FieldChange>& changes) {
  if (before == after) return;
  const std::string key = before.is_array() && after.is_array() ? KeyOf(before, after) : "";
  if (key.empty() && !(before.is_object() && after.is_object())) {
    changes.push_back({path, before.dump(), after.dump()});
    return;
  }
  const auto old_parts = Parts(before, path, key), new_parts = Parts(after, path, key);
  for (const auto& [at, part] : old_parts) {
    const auto now = new_parts.find(at);
    if (now == new_parts.end())
      changes.push_back({at, part.dump(), std::nullopt});
    else
      AddChanges(part, now->second, at, changes);
  }
  for (const auto& [at, part] : new_parts)
    if (old_parts.count(at) == 0) changes.push_back({at, std::nullopt, part.dump()});
}

std::vector<FieldChange> ChangedFields(const json& before, const json& after) {
  std::vector<FieldChange> changes;
  AddChanges(before, after, "", changes);
  std::sort(changes.begin(), changes.end(), [](const auto& one, const auto& other) { return one.path < other.path; });
  return changes;
}

ObjectChange Removed(const json& object) {
  ObjectChange change{TextAt(object, "/kind"), TextAt(object, "/metadata/name"), ObjectChange::What::kRemoved, {}, {}};
  if (const std::string loss = LostWith(object); !loss.empty()) change.impossible.push_back("is gone: " + loss);
  return change;
}

}  // namespace

std::vector<std::string> ManifestDiff::Impossible() const {
  std::vector<std::string> lines;
  for (const ObjectChange& object : objects)
    for (const std::string& why : object.impossible)
      lines.push_back(fmt::format("{} {}: {}", object.kind, object.name, why));
  return lines;
}

Outcome<ManifestDiff> CompareManifests(const std::string& before, const std::string& after) {
  E2E_TRY(const Objects old_objects, Read(before, "before"), "comparing manifests");
  E2E_TRY(const Objects new_objects, Read(after, "after"), "comparing manifests");
  std::map<std::pair<std::string, std::string>, ObjectChange> changes;
  for (const auto& [id, object] : old_objects) {
    const auto now = new_objects.find(id);
    if (now == new_objects.end()) {
      changes[id] = Removed(object);
    } else if (auto fields = ChangedFields(object, now->second); !fields.empty()) {
      changes[id] = {id.first, id.second, ObjectChange::What::kChanged, std::move(fields),
                     RefusedChanges(object, now->second)};
    }
  }
  for (const auto& [id, object] : new_objects)
    if (old_objects.count(id) == 0) changes[id] = {id.first, id.second, ObjectChange::What::kAdded, {}, {}};
  ManifestDiff diff;
  for (auto& [id, change] : changes) diff.objects.push_back(std::move(change));
  return diff;
}

}  // namespace e2e
