// RunOptions: everything that the user may choose for a run, with its defaults.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cluster/tools.h"

namespace e2e {

// What stays after the run for a person to look at: nothing, a failed scenario's release, or everything.
enum class Keep { kNever, kFailed, kAlways };

// What the person who watches is shown.
enum class Verbosity { kQuiet, kNormal, kVerbose };

struct RunOptions {
  std::filesystem::path scenarios = "scenarios";
  std::filesystem::path chart = "chart";
  // Charts that were released before it, the last one last: what the qualification starts from. Default: none.
  std::vector<std::string> released = {};
  // A folder for each run is made below it.
  std::filesystem::path artifacts = "artifacts";
  // Shared by all runs of this user: leases.
  std::filesystem::path cache;
  // Shell-style pattern over "suite/name". Default: all.
  std::string filter = "*";
  // Exact ids. Default: all.
  std::vector<std::string> only;
  // A scenario must have one of these; one that stands behind "!" leaves its scenarios out. Default: all.
  std::vector<std::string> tags;
  Keep keep = Keep::kNever;
  // Wait for Enter after a failure, before it is cleaned away.
  bool pause_on_failure = false;
  Verbosity verbosity = Verbosity::kNormal;
  // Use a kept cluster when one fits, and keep the cluster afterwards.
  bool reuse = false;
  // Scenarios at the same time, each on its own ports. Default: 3.
  int lanes = 3;
  // More attempts for a scenario that fails. Default: none.
  int retries = 0;
  // Rounds of the whole selection.
  int repeat = 1;
  // No further scenario begins after the first one that is no pass.
  bool until_fail = false;

  Tools tools;
  std::string node_image;
  std::filesystem::path cluster_config = "kind-config/cluster.yaml";
  std::string kubernetes_version;
  std::string server = "reference";
  std::string server_image;
  // Profile and image of the server for the other layout. Default: none, and scenarios that need it are skipped.
  std::string standin;
  std::string standin_image;
};

}  // namespace e2e
