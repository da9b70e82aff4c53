#include "scenario/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "base/text.h"
#include "scenario/mutant.h"
#include "scenario/scenario_fields.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

// Where it stands is known only now that the file is read.
void CheckValuesFiles(const Scenario& scenario, const YamlNode& document, const fs::path& root, Problems& problems) {
  for (const std::string& file : scenario.install.values_files) {
    if (fs::exists(root / file)) continue;
    problems.push_back(
        Error(ErrorKind::kBadScenario, fmt::format("values file {} does not exist", (root / file).string()))
            .At(document.Find("install")->Find("values")->where()));
  }
}

// <suite>/<name>.yaml, or a part of a suite in a folder of its own.
bool InSuite(const fs::path& relative) {
  const auto levels = std::distance(relative.begin(), relative.end());
  return levels == 2 || levels == 3;
}

// The text with one step in place of all that it has, every line in its place; nothing where the steps can't be told
// from the rest by the beginnings of lines alone.
std::optional<std::string> HeadOf(std::string_view text) {
  std::string head;
  int blocks = 0;
  bool within = false;
  for (const std::string& line : Split(text, '\n')) {
    if (line.starts_with("---") || line.starts_with("...")) return std::nullopt;
    const bool begins = line.starts_with("steps:");
    blocks += begins ? 1 : 0;
    within =
        begins || (within && (line.empty() || std::string_view(" \t\r-#]}").find(line[0]) != std::string_view::npos));
    head += (begins ? "steps: [{unread: {}}]" : within ? "" : line) + "\n";
  }
  return blocks == 1 ? std::optional(head) : std::nullopt;
}

using LoadOne = std::function<std::optional<Scenario>(const fs::path&, const fs::path&, Problems&)>;

std::optional<Scenario> ScenarioOf(const Outcome<YamlNode>& document, const fs::path& file, const fs::path& root,
                                   Problems& problems) {
  const std::size_t before = problems.size();
  if (!document) {
    problems.push_back(document.error());
    return std::nullopt;
  }
  Scenario scenario;
  scenario.suite = file.parent_path().lexically_relative(root).generic_string();
  scenario.stem = file.stem().string();
  scenario.where = {file.string(), 1, 1};
  YamlFields fields(*document, "a scenario", problems);
  VisitFields(scenario, fields);
  fields.Finish();
  CheckValuesFiles(scenario, *document, root, problems);
  if (problems.size() > before) return std::nullopt;
  return scenario;
}

// Whatever is wrong is told out of the whole file.
std::optional<Scenario> LoadHead(const fs::path& file, const fs::path& root, Problems& problems) {
  Problems unseen;
  std::ifstream in(file, std::ios::binary);
  std::string text(kMaxYamlFile, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const auto head = in.eof() ? HeadOf(text) : std::nullopt;
  auto scenario = head ? ScenarioOf(YamlNode::Parse(*head, file.string()), file, root, unseen) : std::nullopt;
  if (!scenario) scenario = LoadScenario(file, root, problems);
  if (scenario) scenario->steps.clear();
  return scenario;
}

// What LoadScenarios does not read; the folder of lanes has a reader of its own.
bool LeftOut(const fs::path& relative) {
  const std::string top = relative.begin()->string();
  return top == "values" || top == "manifests" || top == kSabotage || top == kQualify || relative == kSchemaFile ||
         relative == kMutantSchemaFile || relative == kMatrixFile;
}

struct FilesBelow {
  std::vector<fs::path> scenarios;
  bool readable = true;
};

// The scenarios' files below `folder`, sorted; strays are problems.
FilesBelow Look(const fs::path& folder, const fs::path& root, Problems& problems) {
  FilesBelow below;
  std::vector<fs::path> strays;
  std::error_code code;
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    const fs::path relative = it->path().lexically_relative(root);
    if ((folder == root && LeftOut(relative)) || it->is_directory(code)) continue;
    const bool scenario = it->path().extension() == ".yaml" && InSuite(relative);
    (scenario ? below.scenarios : strays).push_back(it->path());
  }
  if (code) {
    problems.push_back(Error(ErrorKind::kBadScenario, "can't be read: " + code.message()).At({folder.string(), 0, 0}));
    return {.scenarios = {}, .readable = false};
  }
  std::sort(below.scenarios.begin(), below.scenarios.end());
  std::sort(strays.begin(), strays.end());
  for (const fs::path& stray : strays) {
    problems.push_back(Error(ErrorKind::kBadScenario,
                             "not of the form <suite>/<name>.yaml or <suite>/<part>/<name>.yaml: it would never be run")
                           .At({stray.string(), 0, 0}));
  }
  return below;
}

std::vector<Scenario> LoadEach(const std::vector<fs::path>& files, const fs::path& root, const LoadOne& load,
                               Problems& problems) {
  std::vector<Scenario> scenarios;
  for (const fs::path& file : files) {
    if (auto scenario = load(file, root, problems)) scenarios.push_back(std::move(*scenario));
  }
  return scenarios;
}

std::vector<Scenario> LoadRoot(const fs::path& root, const LoadOne& load, Problems& problems) {
  const FilesBelow below = Look(root, root, problems);
  if (below.readable && below.scenarios.empty()) {
    problems.push_back(
        Error(ErrorKind::kBadScenario, "no scenario (<suite>/<name>.yaml) found").At({root.string(), 0, 0}));
  }
  return LoadEach(below.scenarios, root, load, problems);
}

}  // namespace

std::optional<Scenario> LoadScenario(const fs::path& file, const fs::path& root, Problems& problems) {
  return ScenarioOf(YamlNode::ParseFile(file.string()), file, root, problems);
}

std::vector<Scenario> LoadScenarios(const fs::path& root, Problems& problems) {
  return LoadRoot(root, LoadScenario, problems);
}

std::vector<Scenario> LoadHeads(const fs::path& root, Problems& problems) {
  return LoadRoot(root, LoadHead, problems);
}

std::vector<Scenario> LoadLanes(const fs::path& root, Problems& problems) {
  std::error_code code;
  if (!fs::exists(root / kQualify, code)) return {};
  return LoadEach(Look(root / kQualify, root, problems).scenarios, root, LoadScenario, problems);
}

std::string Render(const Problems& problems) {
  std::string text;
  for (const Error& problem : problems) {
    text += fmt::format("{}: error: {}\n", problem.where() ? problem.where()->Text() : "(unknown place)",
                        problem.message());
  }
  return text;
}

}  // namespace e2e
