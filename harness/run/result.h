// The result of one scenario and of a whole run, as plain data; everything shown is made from it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "run/verdict.h"
#include "scenario/mutant.h"
#include "steps/step.h"

namespace e2e {

struct StepResult {
  std::string kind;
  SourceLocation where;
  std::string note;  // what was seen; empty when the step failed
  Duration elapsed{0};
  std::optional<Error> error;
  std::string receipt{};  // of a fault: what proves that it happened
  // What it says of itself when it is a check.
  std::optional<CheckInfo> check{};
  // The scenario's lines around the place of the error (run/excerpt.h); may be empty.
  std::string excerpt{};
};

// What a mutant came to.
enum class Fate {
  kKilled,    // the named check failed for the named reason
  kSurvived,  // the scenario passed
  kWrong,     // something else failed, or for another reason
  kVoid,      // it does not render, the cluster refuses it, or it changes nothing
  kUnjudged,  // the scenario came to nothing: infrastructure, an interrupt, a server that is not there
};

struct MutantResult {
  std::string breaks;
  Killer killer;
  Fate fate = Fate::kUnjudged;
  // Why, in a line.
  std::string seen{};
};

struct ScenarioResult {
  std::string id;
  std::string title;
  SourceLocation where;
  Verdict verdict = Verdict::kSkipped;
  std::vector<StepResult> steps;
  // Names of the server profiles that its release ran, the first one first.
  std::vector<std::string> servers{};
  // The first failure; its location is the failed step's. When several checks failed it tells all of them.
  std::optional<Error> error;
  // As a step's.
  std::string excerpt{};
  // Clean-up that failed. They make a passed scenario INFRA, and never hide the first failure.
  std::vector<Error> cleanup_errors;
  Duration elapsed{0};
  std::filesystem::path artifacts;
  // Counts from 1 when the selection is run several times.
  int round = 1;
  // All attempts in their order, when there was more than one; the rest of this result is the deciding one's.
  std::vector<ScenarioResult> attempts{};
  // What the reader of a verdict should know besides it; mostly empty.
  std::string note{};
  // Of a scenario that was run on a mutant.
  std::optional<MutantResult> mutant{};
  // Its release stays in the cluster for a person to look at.
  bool kept = false;
};

struct Qualifying;

// What a run shows besides the verdicts of its scenarios. Default: nothing.
struct RunPurpose {
  // The release that it is to decide on (run/qualification.h).
  std::shared_ptr<const Qualifying> qualifying{};
  // The chart's surface, as the mutants guard it (run/surface_report.h).
  std::shared_ptr<const nlohmann::json> surface{};
};

struct RunInfo {
  std::string run_id;
  std::string server;  // the profile's title
  std::string server_image;
  // The server of scenarios that need the other layout; empty when there is none.
  std::string standin;
  std::string standin_image;
  std::string kubernetes_version;
  std::string chart_version;
  WallTime started;
  std::filesystem::path folder;
  RunPurpose purpose{};
};

}  // namespace e2e
