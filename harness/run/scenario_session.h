// ScenarioSession: the clients, the World and the undo actions of one scenario that is being run.
#pragma once

#include <filesystem>
#include <memory>

#include "base/cleanup_stack.h"
#include "cluster/port_map.h"
#include "run/cluster_access.h"
#include "run/run_context.h"
#include "run/run_number.h"
#include "run/scenario_log.h"
#include "steps/catalog.h"
#include "steps/world.h"

namespace e2e {

// Everything that talks to the cluster, in one set that obeys one interrupt.
struct Clients {
  Clients(Clock& clock, const Interrupt& interrupt, CommandRunner& runner, const RunOptions& options,
          const ClusterAccess& access, const HelmReleaseOptions& helm_options);
  HttpClient http;
  HttpKubeTransport transport;
  KubeApi api;
  HelmRelease helm;
  Node node;
};

// Thread rule: one thread.
class ScenarioSession {
 public:
  // Makes the artifacts folder; problems with it show when files are written. There must be a server of the
  // scenario's layout.
  ScenarioSession(const RunContext& context, const ClusterAccess& access, const PortMap& ports,
                  const Scenario& scenario, RunNumber number);

  // Writes the values, installs the release and, when the scenario says so, waits until it is usable.
  // What was made is on `cleanup`, even after an Error.
  Outcome<std::string> Install(const Scenario& scenario, CleanupStack& cleanup, Deadline deadline);
  // What removes the release and its namespace, whether they are there or not.
  void PushUndo(CleanupStack& cleanup);
  // Hints on a failure: where the release departs from the contract of chart and server. Empty when nothing is
  // known.
  std::vector<std::string> Hints();
  // Into <folder>/diagnostics; never fails.
  void Diagnose();
  // Into <folder>/transcript.txt.
  void SaveTranscript();
  // Takes the passwords out of the values that helm was given. Nothing can be installed with them afterwards.
  void RedactValues();

  World& world() { return world_; }
  ScenarioLog& log() { return log_; }

 private:
  // The namespace and the volume, where helm and the chart don't make them.
  Status MakeSurroundings(const InstallSpec& spec, Deadline deadline);

  // What a foreign chart can't be told is found out first.
  Status AwaitUsable(bool foreign_chart, Deadline deadline);

  // The mutant's chart, where it has one of its own.
  Status MakeChart(const Mutant& mutant);

  const RunContext& context_;
  const ClusterAccess& access_;
  const std::filesystem::path folder_;
  ScenarioLog log_;
  const HelmReleaseOptions helm_options_;
  Transcript transcript_;
  Clients clients_;
  Clients calm_;
  World world_;
};

}  // namespace e2e
