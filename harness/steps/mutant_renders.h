// MutantRenders: what a mutant changes of what the chart renders, found by rendering both.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "steps/catalog.h"
#include "steps/surface.h"

namespace e2e {

// What helm renders for a chart with these values files.
using Renderer =
    std::function<Outcome<std::string>(const std::filesystem::path& chart, const std::vector<std::string>& values)>;

struct Case {
  std::string name;
  // Values files.
  std::vector<std::string> values;
};

// The chart's defaults and each <name>-values.yaml of its folder ci.
std::vector<Case> CasesOf(const std::filesystem::path& chart);

// Renders the same values once only.
class MutantRenders {
 public:
  // `root` is the folder of scenarios, `scratch` an empty folder that it may write to.
  MutantRenders(std::filesystem::path chart, std::filesystem::path root, std::filesystem::path scratch,
                Renderer render);

  Outcome<Surface> OfCase(const Case& one);
  // Names of the parts that are others on this mutant, on the release of its scenario; where the chart as such is
  // tried (chart.dry-run), on the first of its cases with a difference.
  Outcome<std::vector<std::string>> TouchedBy(const CompiledScenario& compiled);

 private:
  Outcome<std::string> Render(const std::vector<std::string>& values);
  Outcome<std::vector<std::string>> Values(const Scenario& scenario, const std::string& name);
  Outcome<std::vector<std::string>> Difference(const Mutant& mutant, const std::filesystem::path& chart,
                                               const std::vector<std::string>& values,
                                               const std::vector<std::string>& mutant_values);

  std::filesystem::path chart_, root_, scratch_;
  Renderer render_;
  std::map<std::string, std::string> rendered_;
};

}  // namespace e2e
