// Coverage: which items of the chart's surface, and which scenarios, no mutant breaks.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenario/reviewed.h"
#include "steps/mutant_renders.h"

namespace e2e {

struct CoverageInput {
  std::filesystem::path chart;
  // Folder of scenarios.
  std::filesystem::path root;
  // An empty folder that it may write to.
  std::filesystem::path scratch;
  const std::vector<CompiledScenario>& mutants;
  std::vector<std::string> scenarios;  // ids
  const Reviewed& reviewed;
  Renderer render;
};

// An item is a part of what the chart renders (steps/surface.h) for its defaults and for each case of its folder ci, a
// value ("value probes.liveness.path"), or a scenario ("scenario smoke/ports").
struct Coverage {
  // By item, the mutants that guard it. A part is guarded by a mutant that changes what is rendered for it on the
  // release of the mutant's scenario; a value by one that sets it, by one that edits the template's text where it
  // stands, or with the part that it decides; a scenario by one that it must kill.
  std::map<std::string, std::set<std::string>> guards;
  // Items of the reviewed list.
  std::set<std::string> listed;
  // What is neither guarded nor listed, entries of the list that are out of date, mutants that do not render.
  std::vector<std::string> red;
};

// kInfra where a file can't be written; helm's refusal of the chart itself. What is wrong with a mutant is red.
Outcome<Coverage> Cover(const CoverageInput& input);

// {"items", "guarded", "listed", "red": [...], "guards": {item: [mutant]}}
nlohmann::json ToJson(const Coverage& coverage);

}  // namespace e2e
