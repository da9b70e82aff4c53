#include "gtest/qualify_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

#include "base/text.h"
#include "cluster/helm_release.h"
#include "gtest/compare_command.h"
#include "gtest/run_command.h"
#include "gtest/selection.h"
#include "process/system_runner.h"
#include "run/qualification.h"
#include "run/verdict.h"
#include "scenario/loader.h"

namespace e2e {
namespace {

constexpr std::chrono::minutes kFind{5};
constexpr std::chrono::seconds kAsk{20};

class Preparation {
 public:
  Preparation(const CommandLine& line, Interrupt& interrupt)
      : line_(line), clock_(interrupt), runner_(clock_, interrupt) {}

  Outcome<Qualifying> Run() {
    Qualifying asked;
    E2E_TRY(asked.to, ReadChart(line_.options.chart.string(), line_.options.chart), "qualify");
    E2E_TRY(asked.from, FindAll(asked.to.version), "qualify");
    E2E_TRY(asked.changes, Changes(asked.from.back().folder, asked.to.folder), "qualify");
    asked.versions = Versions();
    return asked;
  }

 private:
  // Oldest first. The default is what there is: the last one, and the one before it where it exists.
  Outcome<std::vector<ReleasedChart>> FindAll(const std::string& to) {
    const ReleaseShelf shelf{
        .releases = line_.releases, .unpacked = line_.options.artifacts / "released", .helm = line_.options.tools.helm};
    const Deadline deadline = Deadline::In(clock_, kFind);
    std::vector<ReleasedChart> found;
    if (line_.from.empty()) {
      E2E_TRY(ReleasedChart last, FindReleased(runner_, shelf, "latest", to, deadline), "the last release");
      auto before = FindReleased(runner_, shelf, "latest", last.version, deadline);
      if (before) found.push_back(std::move(*before));
      found.push_back(std::move(last));
      return found;
    }
    for (const std::string& source : line_.from) {
      E2E_TRY(ReleasedChart chart, FindReleased(runner_, shelf, source, to, deadline), "--from " + source);
      found.push_back(std::move(chart));
    }
    const auto older = [](const ReleasedChart& a, const ReleasedChart& b) { return IsOlder(a.version, b.version); };
    std::stable_sort(found.begin(), found.end(), older);
    return found;
  }

  Outcome<ManifestDiff> Changes(const std::string& from, const std::string& to) {
    return CompareRendered({.before = from, .after = to, .values_files = {}, .json = {}}, line_.options, runner_,
                           clock_);
  }

  // Best effort: what can't be asked is said to be unknown.
  std::string Said(const Command& command) {
    const auto said = RunChecked(runner_, command, Deadline::In(clock_, kAsk));
    return said ? std::string(Trim(*said)) : "unknown";
  }
  std::string Image(const std::string& image) {
    if (image.empty()) return "none";
    return image + " " + Said(line_.options.tools.Docker({"image", "inspect", "--format", "{{.Id}}", image}));
  }

  std::vector<std::pair<std::string, std::string>> Versions() {
    const RunOptions& options = line_.options;
    return {{"stalwart-e2e", E2E_VERSION},
            {"Helm", Said({.argv = {options.tools.helm, "version", "--short"}})},
            {"kind", Said({.argv = {options.tools.kind, "version"}})},
            {"Kubernetes", options.kubernetes_version},
            {"node image", Image(options.node_image)},
            {"server " + options.server, Image(options.server_image)},
            {"stand-in " + options.standin, Image(options.standin_image)}};
  }

  const CommandLine& line_;
  SystemClock clock_;
  SystemRunner runner_;
};

std::vector<std::string> Ids(const std::vector<CompiledScenario>& lanes) {
  std::vector<std::string> ids;
  for (const CompiledScenario& lane : lanes) ids.push_back(lane.scenario.Id());
  return ids;
}

int Fail(const Error& error) {
  std::cerr << "stalwart-e2e: " << error.Render() << "\n";
  return error.kind() == ErrorKind::kBadScenario ? kExitUsage : ExitCode(VerdictOf(error));
}

void Announce(const Qualifying& asked) {
  for (const ReleasedChart& chart : asked.from) {
    std::cout << fmt::format("qualify: from {} ({}), sha256 {:.16}…\n", chart.version, chart.source, chart.digest);
  }
  std::cout << fmt::format("qualify: to   {} ({}), sha256 {:.16}…\n", asked.to.version, asked.to.source,
                           asked.to.digest);
  for (const std::string& line : asked.changes.Impossible())
    std::cout << "qualify: an upgrade can't do this: " << line << "\n";
  std::cout << std::flush;
}

}  // namespace

int Qualify(CommandLine line, const std::vector<std::string>& gtest_flags, std::vector<CompiledScenario> lanes,
            Interrupt& interrupt) {
  const std::vector<std::string> all = Ids(lanes);
  for (std::string& name : line.options.only) {
    if (!name.starts_with(kQualify)) name = fmt::format("{}/{}", kQualify, name);
  }
  if (const Status selected = Select(line.options, lanes); !selected) return Fail(selected.error());
  auto asked = Preparation(line, interrupt).Run();
  if (!asked) return Fail(asked.error());
  asked->lanes = Ids(lanes);
  for (const std::string& id : all) {
    if (std::count(asked->lanes.begin(), asked->lanes.end(), id) == 0) asked->left_out.push_back(id);
  }
  for (const ReleasedChart& chart : asked->from) line.options.released.push_back(chart.folder);
  Announce(*asked);
  return RunScenarios(line.options, gtest_flags, lanes, interrupt,
                      {.qualifying = std::make_shared<const Qualifying>(std::move(*asked)), .surface = {}});
}

}  // namespace e2e
