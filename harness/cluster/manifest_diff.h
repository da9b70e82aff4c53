// ManifestDiff: what an upgrade from one render of a chart to another changes, object by object, and what of it cannot
// be done.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/outcome.h"

namespace e2e {

struct FieldChange {
  // "spec.template.spec.containers[stalwart].image": entries of a list go by what tells them apart. A list
  // whose entries nothing tells apart, or that has another order, is one value, and so is whatever is on one side only.
  std::string path;
  // As compact JSON; none: the field is not there.
  std::optional<std::string> before, after;
};

struct ObjectChange {
  enum class What { kAdded, kRemoved, kChanged };

  std::string kind, name;
  What what = What::kChanged;
  // Of one that changed, in the order of their paths.
  std::vector<FieldChange> fields;
  // A line for each reason why the API refuses the upgrade, or why the object would be another one without the data or
  // the address of the old one. Empty: an upgrade can do it.
  std::vector<std::string> impossible;
};

struct ManifestDiff {
  // Those that differ, by kind and name.
  std::vector<ObjectChange> objects;

  // "PersistentVolumeClaim stalwart: …", a line for each.
  std::vector<std::string> Impossible() const;
};

// Both are YAML streams as helm renders them. Values of Secrets are neither compared nor shown: a render draws them by
// lot. Objects of helm's hooks count like others, but may come and go. kBadScenario when one of the two can't be read
// or holds an object twice.
Outcome<ManifestDiff> CompareManifests(const std::string& before, const std::string& after);

// For people: the impossible first, then a table for each object.
std::string AsMarkdown(const ManifestDiff& diff);
nlohmann::json ToJson(const ManifestDiff& diff);

}  // namespace e2e
