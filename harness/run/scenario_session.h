// ScenarioSession: the clients, the World and the undo actions of one scenario that is being run.
#pragma once

#include <filesystem>
#include <memory>

#include "base/cleanup_stack.h"
#include "run/harness.h"
#include "run/scenario_log.h"
#include "steps/catalog.h"
#include "steps/world.h"

namespace e2e {

// Everything that talks to the cluster, in one set that obeys one interrupt.
struct Clients {
  Clients(Clock& clock, const Interrupt& interrupt, CommandRunner& runner, const RunOptions& options,
          const Harness& harness, const HelmReleaseOptions& helm_options);
  HttpClient http;
  HttpKubeTransport transport;
  KubeApi api;
  HelmRelease helm;
  Node node;
};

// Thread rule: one thread.
class ScenarioSession {
 public:
  // Makes the artifacts folder `folder`; problems with it show when files are written. There must be a server of the
  // scenario's layout.
  ScenarioSession(const RunContext& context, const Harness& harness, const PortMap& ports, const Scenario& scenario,
                  const std::filesystem::path& folder);

  // Writes the values, installs the release and, when the scenario says so, waits until it is usable.
  // What was made is on `cleanup`, even after an Error.
  Outcome<std::string> Install(const Scenario& scenario, CleanupStack& cleanup, Deadline deadline);
  // Hints on a failure: where the release departs from the contract of chart and server. Empty when nothing is
  // known.
  std::vector<std::string> Hints();
  // Into <folder>/diagnostics; never fails.
  void Diagnose();
  // Into <folder>/transcript.txt.
  void SaveTranscript();

  World& world() { return world_; }
  ScenarioLog& log() { return log_; }

 private:
  void PushUndo(CleanupStack& cleanup);
  Status MakeNamespace(const InstallSpec& spec, Deadline deadline);

  const RunContext& context_;
  const Harness& harness_;
  const std::filesystem::path folder_;
  ScenarioLog log_;
  const HelmReleaseOptions helm_options_;
  Transcript transcript_;
  Clients clients_;
  Clients calm_;
  World world_;
};

}  // namespace e2e
