// Variables: what "${name}" stands for in the texts of steps.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "steps/step.h"
#include "steps/world.h"

namespace e2e {

// The names that every scenario has.
const std::vector<std::string>& FixedVariables();
// A fixed one, or one that a step saved. kInconclusive for any other name: the step that saves it did not.
Outcome<std::string> ValueOf(const World& world, const std::string& name);
// `text`, and all texts and keys in `value`, with each ${name} replaced.
Outcome<std::string> Replaced(const World& world, const std::string& text);
Outcome<nlohmann::json> ReplacedIn(const World& world, nlohmann::json value);
// Everything that no log or transcript may show.
std::vector<std::string> SecretsOf(const World& world);

// Runs the step with its texts replaced, and leaves the texts as the scenario has them. What it tells has no secrets.
// Groups replace their own texts, as they may need values that come up while the step runs.
Outcome<std::string> RunStep(Step& step, World& world, Deadline deadline);

}  // namespace e2e
