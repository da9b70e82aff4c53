#include "steps/charts.h"

#include <fmt/format.h>

namespace e2e {

Outcome<std::string> FindChart(const World& world, const std::string& name) {
  if (name.empty()) return (world.mutant_chart.empty() ? world.chart : world.mutant_chart).string();
  // "chart/" names the same folder as "chart".
  const std::filesystem::path own = world.chart.has_filename() ? world.chart : world.chart.parent_path();
  const std::filesystem::path chart = own.parent_path() / name;
  std::error_code code;
  if (std::filesystem::exists(chart / "Chart.yaml", code)) return chart.string();
  return Error(ErrorKind::kBadScenario, fmt::format("there is no chart at {}", chart.string()));
}

}  // namespace e2e
