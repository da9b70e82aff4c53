// HelmRelease: one release of a chart, driven through the helm program.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"
#include "cluster/post_renderer.h"
#include "cluster/tools.h"
#include "process/command.h"

namespace e2e {

struct HelmReleaseOptions {
  Tools tools;
  std::filesystem::path kubeconfig;
  // Helm's cache, config and data folders are made below it, never in the user's home.
  std::filesystem::path run_dir;
  std::string ns;
  std::string name;
  // A program and its arguments that changes what helm has rendered for an install or an upgrade; "install" or
  // "upgrade" is its last argument. Default: none.
  std::vector<std::string> post_renderer = {};
};

// The code of the reason where helm or the cluster refuses a chart or its values.
inline constexpr const char* kHelmRefused = "HelmRefused";

struct HelmRevision {
  int revision = 0;
  // Helm's word: deployed, failed, pending-install, superseded, uninstalled.
  std::string status;
  // Name and version of the chart: "stalwart-0.1.0".
  std::string chart;
  std::string description;
};

// What an upgrade starts from, in the order of helm's flags: the new chart's defaults; all values of the revision
// before, the old chart's defaults included; the new chart's defaults under what the user had set before.
enum class FormerValues { kReset, kReuse, kResetThenReuse };

// How one test of a chart ended.
struct HelmTest {
  std::string name;
  // Helm's word: Succeeded, Failed, Running, Unknown.
  std::string phase;
};

struct HelmTestRun {
  std::vector<HelmTest> tests;
  bool passed = false;
  // What helm said about the failure.
  std::string words;
};

// Never `--wait`: helm says only "timed out", the harness's own waits say why. The namespace is made where
// it is missing. The runner must outlive it. Thread rule: one thread at a time.
class HelmRelease {
 public:
  HelmRelease(CommandRunner& runner, HelmReleaseOptions options);

  const std::string& name() const { return options_.name; }
  const std::string& ns() const { return options_.ns; }

  // `values_files` in order, a later one over an earlier one. A chart or values that helm or the cluster refuses are
  // kExpectation with helm's words; kCommandFailed when the cluster can't be reached or helm
  // was killed.
  Outcome<HelmRevision> Install(const std::string& chart, const std::vector<std::string>& values_files,
                                Deadline deadline);
  Outcome<HelmRevision> Upgrade(const std::string& chart, const std::vector<std::string>& values_files,
                                Deadline deadline, FormerValues former = FormerValues::kReset);
  // Back to the revision before, with its chart and its values. A refusal as with Install.
  Status Rollback(Deadline deadline);
  // Runs the tests of the release. Tests that fail are a result; kCommandFailed when none could be run.
  Outcome<HelmTestRun> Test(Deadline deadline);
  // What an install under this name would send to the cluster, which is not asked. A refusal as with Install.
  Outcome<std::string> Template(const std::string& name, const std::string& chart,
                                const std::vector<std::string>& values_files, Deadline deadline);
  // A release that isn't there is a success.
  Status Uninstall(Deadline deadline);
  Outcome<HelmRevision> GetStatus(Deadline deadline);
  // Oldest first.
  Outcome<std::vector<HelmRevision>> History(Deadline deadline);
  Outcome<std::string> GetManifest(Deadline deadline);
  // The objects that helm makes for its hooks, tests among them, as YAML documents.
  Outcome<std::string> GetHooks(Deadline deadline);
  // All values in force, the chart's defaults included, as YAML.
  Outcome<std::string> GetValues(Deadline deadline);

 private:
  Command Helm(std::vector<std::string> args) const;
  Outcome<RendererCall> PostRenderer(const std::string& verb, Deadline deadline) const;
  Outcome<HelmRevision> Apply(std::vector<std::string> verb, const std::string& chart,
                              const std::vector<std::string>& values_files, Deadline deadline);

  CommandRunner& runner_;
  HelmReleaseOptions options_;
};

}  // namespace e2e
