// A scenario's file that holds anything, down to its typed steps.
#include <cstdint>

#include "fuzz/support/demand.h"
#include "scenario/loader.h"
#include "steps/catalog.h"
#include "support/temp_dir.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace e2e;
  static const TempDir root;
  const auto file = root.Write("smoke/any.yaml", {reinterpret_cast<const char*>(data), size});
  Problems problems;
  auto scenario = LoadScenario(file, root.path(), problems);
  Demand(scenario.has_value() == problems.empty(), "a file gives a scenario or a problem");
  if (!scenario) return 0;
  const auto compiled = Compile(std::move(*scenario), BuiltinSteps(), problems);
  Demand(compiled.has_value() == problems.empty(), "a scenario gives steps or a problem");
  for (const Error& problem : problems) Demand(problem.where().has_value(), "a problem has a place");
  return 0;
}
