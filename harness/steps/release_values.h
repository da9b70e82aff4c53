// ReleaseValues: the Helm values of a scenario's release, in their order: the scenario's files, what the harness has to
// say, the scenario's `set`, the step's own.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

#include "base/outcome.h"

namespace e2e {

struct World;
struct ServerUnderTest;

struct ReleaseValues {
  // Paths of the scenario's files.
  std::vector<std::string> files{};
  // The scenario's `set`.
  nlohmann::json set = nlohmann::json::object();
  // The chart makes the administrator's password; the harness then reads it.
  bool admin_generated = false;
  // Files that steps have written with values of their own.
  int written = 0;
};

// One call of helm.
struct ValuesRequest {
  const ServerUnderTest& server;
  // Of a chart that is not the one under test: it knows the server's image only.
  bool foreign_chart = false;
  // Only `server` (when `switches`) and `set` go over the values of the revision before.
  bool reuse = false;
  bool switches = false;
  nlohmann::json set = nlohmann::json::object();
};

// Writes what is not a file yet into world.artifacts (JSON is YAML, readable by the owner alone) and gives the files in
// their order. kInfra when they can't be written.
Outcome<std::vector<std::string>> WriteValues(World& world, const ValuesRequest& request);

// "repository" and "tag" at the colon that belongs to the tag, not to a registry's port.
std::pair<std::string, std::string> SplitImage(const std::string& image);

}  // namespace e2e
