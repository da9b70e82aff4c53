#include "steps/charts.h"

#include <fmt/format.h>

#include "base/yaml.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;

bool IsForeign(const fs::path& chart) {
  const auto values = YamlNode::ParseFile((chart / "values.yaml").string());
  return !values || !values->Find("admin");
}

Outcome<ChartChoice> Released(const World& world, const std::string& word) {
  const std::size_t back = word == kReleased ? 1 : 2;
  if (world.released.size() >= back) {
    const std::string& chart = world.released[world.released.size() - back];
    return ChartChoice{chart, IsForeign(chart)};
  }
  return Error(ErrorKind::kInconclusive,
               fmt::format("this run knows {} released charts, and the scenario takes \"{}\"; name more of them with "
                           "`stalwart-e2e qualify --from`",
                           world.released.size(), word));
}

}  // namespace

Outcome<ChartChoice> FindChart(const World& world, const std::string& name) {
  if (name.empty()) return ChartChoice{(world.mutant_chart.empty() ? world.chart : world.mutant_chart).string()};
  if (name == kReleased || name == kReleasedBefore) return Released(world, name);
  // "chart/" names the same folder as "chart".
  const fs::path own = world.chart.has_filename() ? world.chart : world.chart.parent_path();
  const fs::path chart = own.parent_path() / name;
  std::error_code code;
  if (fs::exists(chart / "Chart.yaml", code)) return ChartChoice{chart.string(), IsForeign(chart)};
  return Error(ErrorKind::kBadScenario, fmt::format("there is no chart at {}", chart.string()));
}

}  // namespace e2e
