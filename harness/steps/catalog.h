// Catalog: the closed vocabulary of the language, and the compiler from scenarios to typed steps.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario.h"
#include "steps/step.h"

namespace e2e {

// Every kind of step there is, in the order of the documentation.
const std::vector<StepKind>& BuiltinSteps();

struct CompiledScenario {
  Scenario scenario;
  std::vector<CompiledStep> steps;
};

// Types every step. Unknown kinds, wrong fields, and names that no earlier step saves go to `problems`;
// then there is no result.
std::optional<CompiledScenario> Compile(Scenario scenario, const std::vector<StepKind>& kinds, Problems& problems);

// The kinds of one family of steps; each lives in <family>_steps.cpp.
std::vector<StepKind> WaitSteps();
std::vector<StepKind> HttpSteps();
std::vector<StepKind> MailSteps();
std::vector<StepKind> FindSteps();
std::vector<StepKind> LoginSteps();
std::vector<StepKind> LimitSteps();
std::vector<StepKind> EndpointSteps();
std::vector<StepKind> TlsSteps();
std::vector<StepKind> DialogueSteps();
std::vector<StepKind> TrafficSteps();
std::vector<StepKind> ImapSteps();
std::vector<StepKind> SieveSteps();
std::vector<StepKind> JmapSteps();
std::vector<StepKind> KubeSteps();
std::vector<StepKind> ManifestSteps();
std::vector<StepKind> ExecSteps();
std::vector<StepKind> FaultSteps();
std::vector<StepKind> VolumeFaultSteps();
std::vector<StepKind> OutageSteps();
std::vector<StepKind> VolumeSteps();
std::vector<StepKind> HelmSteps();
std::vector<StepKind> ReleaseSteps();
std::vector<StepKind> ServerSteps();
std::vector<StepKind> ChartSteps();
std::vector<StepKind> CheckSteps();

}  // namespace e2e
