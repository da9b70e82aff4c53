#include "steps/mutant_renders.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.h"
#include "scenario/loader.h"
#include "scenario/mutant.h"
#include "steps/mutant_chart.h"
#include "steps/ports.h"
#include "steps/post_render.h"
#include "steps/server_profile.h"
#include "steps/server_values.h"
#include "steps/servers.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr std::string_view kCaseEnd = "-values.yaml";
constexpr const char* kDryRun = "chart.dry-run";
constexpr int kFirstNodePort = 30'000;

// As a run gives them, whatever its lane and its images.
Outcome<json> HarnessValues(const Scenario& scenario) {
  const bool v016 = scenario.install.layout == Name(Layout::kV016);
  E2E_TRY(ServerProfile profile, FindProfile(v016 ? "fake-0.16" : "reference"), "the harness's values");
  json values = ServerValues({std::move(profile), v016 ? "stalwart:v0.16.18" : "stalwart:v0.15.5"}, false);
  json& node_ports = values["service"]["nodePorts"];
  for (std::size_t i = 0; i < kPortContracts.size(); ++i) {
    node_ports[std::string(kPortContracts[i].name)] = kFirstNodePort + static_cast<int>(i);
  }
  if (scenario.install.volume_size > 0) values["persistence"] = {{"existingClaim", "own"}};
  if (scenario.install.admin == InstallAdmin::kHarness) values["admin"] = {{"password", "of-the-harness-itself"}};
  return values;
}

// A template that this case does not render can't be another one in it.
bool MayDiffer(const Mutant& mutant, const std::string& rendered) {
  return std::all_of(mutant.edits.begin(), mutant.edits.end(), [&](const ChartEdit& edit) {
    const bool whole = edit.file.starts_with("templates/") && !edit.file.ends_with(".tpl");
    return !whole || rendered.find(edit.file) != std::string::npos;
  });
}

}  // namespace

std::vector<Case> CasesOf(const fs::path& chart) {
  std::vector<Case> cases = {{"defaults", {}}};
  std::error_code code;
  for (fs::directory_iterator it(chart / "ci", code), end; !code && it != end; it.increment(code)) {
    const std::string name = it->path().filename().string();
    if (!name.ends_with(kCaseEnd)) continue;
    cases.push_back({"case " + name.substr(0, name.size() - kCaseEnd.size()), {it->path().string()}});
  }
  std::sort(cases.begin() + 1, cases.end(), [](const Case& a, const Case& b) { return a.name < b.name; });
  return cases;
}

MutantRenders::MutantRenders(fs::path chart, fs::path root, fs::path scratch, Renderer render)
    : chart_(std::move(chart)), root_(std::move(root)), scratch_(std::move(scratch)), render_(std::move(render)) {}

Outcome<Surface> MutantRenders::OfCase(const Case& one) {
  E2E_TRY(const std::string rendered, Render(one.values), one.name);
  return SurfaceOf(rendered);
}

Outcome<std::vector<std::string>> MutantRenders::TouchedBy(const CompiledScenario& compiled) {
  const Mutant& mutant = *compiled.scenario.mutant;
  const fs::path copy = scratch_ / mutant.id / "chart";
  if (!mutant.edits.empty()) E2E_CHECK(MakeMutantChart(chart_, mutant.edits, copy), "the mutant's chart");
  const fs::path chart = mutant.edits.empty() ? chart_ : copy;
  if (mutant.killer.step != kDryRun) {
    Problems problems;
    auto sound = LoadScenario(root_ / (mutant.killer.scenario + ".yaml"), root_, problems);
    if (!sound) return Error(ErrorKind::kBadScenario, e2e::Render(problems));
    sound->install.layout = compiled.scenario.install.layout;
    E2E_TRY(const auto values, Values(*sound, mutant.killer.scenario), "the scenario's values");
    E2E_TRY(const auto mutant_values, Values(compiled.scenario, compiled.scenario.Id()), "the mutant's values");
    return Difference(mutant, chart, values, mutant.values.empty() ? values : mutant_values);
  }
  for (const Case& one : CasesOf(chart_)) {
    E2E_TRY(const std::string before, Render(one.values), one.name);
    if (!MayDiffer(mutant, before)) continue;
    E2E_TRY(auto touched, Difference(mutant, chart, one.values, one.values), one.name);
    if (!touched.empty()) return touched;
  }
  return std::vector<std::string>();
}

Outcome<std::string> MutantRenders::Render(const std::vector<std::string>& values) {
  std::string key;
  for (const std::string& file : values) {
    std::ifstream in(file, std::ios::binary);
    key += std::string{std::istreambuf_iterator<char>(in), {}} + '\0';
  }
  const auto at = rendered_.find(key);
  if (at != rendered_.end()) return at->second;
  E2E_TRY(std::string rendered, render_(chart_, values), "rendering");
  return rendered_[key] = std::move(rendered);
}

Outcome<std::vector<std::string>> MutantRenders::Values(const Scenario& scenario, const std::string& name) {
  std::vector<std::string> files;
  for (const std::string& file : scenario.install.values_files) files.push_back((root_ / file).string());
  E2E_TRY(const json harness, HarnessValues(scenario), "the harness's values");
  int number = 0;
  for (const json& values : {harness, scenario.install.set}) {
    const fs::path file = scratch_ / fmt::format("{}-{}.json", Slug(name), ++number);
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << values.dump();
    out.close();
    if (!out) return Error(ErrorKind::kInfra, file.string() + " can't be written");
    files.push_back(file.string());
  }
  return files;
}

Outcome<std::vector<std::string>> MutantRenders::Difference(const Mutant& mutant, const fs::path& chart,
                                                            const std::vector<std::string>& values,
                                                            const std::vector<std::string>& mutant_values) {
  E2E_TRY(const std::string sound, Render(values), "the release of " + mutant.killer.scenario);
  std::string broken = sound;
  if (chart != chart_ || values != mutant_values) {
    E2E_TRY(broken, render_(chart, mutant_values), "the mutant " + mutant.id);
  }
  E2E_TRY(const Surface before, SurfaceOf(sound), "the release of " + mutant.killer.scenario);
  std::set<std::string> touched;
  for (const char* verb : {"install", "upgrade"}) {
    E2E_TRY(const std::string changed, PostRender(mutant.patches, verb, broken), "the mutant " + mutant.id);
    E2E_TRY(const Surface after, SurfaceOf(changed), "the mutant " + mutant.id);
    const std::vector<std::string> names = Touched(before, after);
    touched.insert(names.begin(), names.end());
  }
  return std::vector<std::string>(touched.begin(), touched.end());
}

}  // namespace e2e
