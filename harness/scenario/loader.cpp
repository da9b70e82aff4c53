#include "scenario/loader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

void ReadNamespace(const YamlNode& node, InstallSpec& install, Problems& problems) {
  YamlFields fields(node, "namespace", problems);
  const YamlNode* labels = fields.Child("labels", {.help = "its labels", .required = true});
  fields.Finish();
  if (labels == nullptr) return;
  if (!labels->IsMap()) {
    problems.push_back(Error(ErrorKind::kBadScenario, fmt::format("\"labels\" takes a map, not {}", labels->KindText()))
                           .At(labels->where()));
  }
  for (const auto& [name, value] : labels->Entries()) {
    if (value.IsScalar()) {
      install.namespace_labels[name.Scalar()] = value.Scalar();
      continue;
    }
    problems.push_back(
        Error(ErrorKind::kBadScenario, fmt::format("label \"{}\" takes text, not {}", name.Scalar(), value.KindText()))
            .At(value.where()));
  }
}

void ReadInstall(const YamlNode& node, const fs::path& root, InstallSpec& install, Problems& problems) {
  YamlFields fields(node, "install", problems);
  std::string wait = "usable", admin = "harness";
  fields.Texts("values", install.values_files, {"values files below scenarios/"});
  fields.Object("set", install.set, {"values over those files"});
  fields.Text("wait", wait, {.help = "what to wait for after helm install", .choices = {"usable", "none"}});
  fields.Text("chart", install.chart, {.help = "another chart, by its path beside the chart under test"});
  fields.Text("layout", install.layout, {.help = "the server's layout", .choices = {"v0.15", "v0.16"}});
  fields.Text("admin", admin, {.help = "who makes the admin's password", .choices = {"harness", "generated"}});
  if (const YamlNode* ns = fields.Child("namespace", {.help = "the namespace, made first"})) {
    ReadNamespace(*ns, install, problems);
  }
  fields.Finish();
  install.wait = wait == "none" ? InstallWait::kNone : InstallWait::kUsable;
  install.admin = admin == "generated" ? InstallAdmin::kGenerated : InstallAdmin::kHarness;
  for (const std::string& file : install.values_files) {
    if (fs::exists(root / file)) continue;
    problems.push_back(
        Error(ErrorKind::kBadScenario, fmt::format("values file {} does not exist", (root / file).string()))
            .At(node.Find("values")->where()));
  }
}

void ReadSteps(const YamlNode& node, std::vector<StepSpec>& steps, Problems& problems) {
  const auto problem = [&](const SourceLocation& where, std::string message) {
    problems.push_back(Error(ErrorKind::kBadScenario, std::move(message)).At(where));
  };
  if (!node.IsSequence() || node.Items().empty()) {
    problem(node.where(), fmt::format("\"steps\" takes a list with at least one step, not {}",
                                      node.IsSequence() ? "an empty one" : node.KindText()));
    return;
  }
  for (const YamlNode& item : node.Items()) {
    if (!item.IsMap() || item.Entries().size() != 1) {
      problem(item.where(), "a step is a map with one key, its kind, such as  - mail.load: {count: 10}");
      continue;
    }
    const auto& [key, args] = item.Entries().front();
    steps.push_back({key.Scalar(), key.where(), args});
  }
}

}  // namespace

std::optional<Scenario> LoadScenario(const fs::path& file, const fs::path& root, Problems& problems) {
  const std::size_t before = problems.size();
  auto document = YamlNode::ParseFile(file.string());
  if (!document) {
    problems.push_back(document.error());
    return std::nullopt;
  }
  Scenario scenario;
  scenario.suite = file.parent_path().filename().string();
  scenario.stem = file.stem().string();
  scenario.where = {file.string(), 1, 1};
  YamlFields fields(*document, "a scenario", problems);
  fields.Text("name", scenario.title, {.help = "what is shown, in one sentence", .required = true});
  fields.Texts("tags", scenario.tags, {"words to select scenarios by"});
  fields.Flag("exclusive", scenario.exclusive, {"true when no other scenario may run at the same time"});
  fields.Time("timeout", scenario.timeout, {"limit for the whole scenario"});
  if (const YamlNode* install = fields.Child("install", {"how the release is installed"})) {
    ReadInstall(*install, root, scenario.install, problems);
  }
  if (const YamlNode* steps = fields.Child("steps", {.help = "what is done and checked", .required = true})) {
    ReadSteps(*steps, scenario.steps, problems);
  }
  fields.Finish();
  if (problems.size() > before) return std::nullopt;
  return scenario;
}

std::vector<Scenario> LoadScenarios(const fs::path& root, Problems& problems) {
  std::vector<fs::path> files, strays;
  std::error_code code;
  for (fs::recursive_directory_iterator it(root, code), end; !code && it != end; it.increment(code)) {
    const fs::path relative = it->path().lexically_relative(root);
    if (*relative.begin() == "values" || it->is_directory(code)) continue;
    const bool scenario = it->path().extension() == ".yaml" && std::distance(relative.begin(), relative.end()) == 2;
    (scenario ? files : strays).push_back(it->path());
  }
  if (code) {
    problems.push_back(Error(ErrorKind::kBadScenario, "can't be read: " + code.message()).At({root.string(), 0, 0}));
    return {};
  }
  std::sort(files.begin(), files.end());
  std::sort(strays.begin(), strays.end());
  for (const fs::path& stray : strays) {
    problems.push_back(Error(ErrorKind::kBadScenario, "not of the form <suite>/<name>.yaml: it would never be run")
                           .At({stray.string(), 0, 0}));
  }
  std::vector<Scenario> scenarios;
  for (const fs::path& file : files) {
    if (auto scenario = LoadScenario(file, root, problems)) scenarios.push_back(std::move(*scenario));
  }
  if (files.empty()) {
    problems.push_back(
        Error(ErrorKind::kBadScenario, "no scenario (<suite>/<name>.yaml) found").At({root.string(), 0, 0}));
  }
  return scenarios;
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
