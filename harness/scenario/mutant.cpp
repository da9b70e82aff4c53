#include "scenario/mutant.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/reviewed.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

struct PatchFields : FieldGroup {
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("kind", patch.kind, {.help = "kind of the objects", .required = true});
    visitor.Text("name", patch.name, {.help = "name of the object; default: all of the kind"});
    visitor.Text("when", patch.when, {.help = "only then; default: both", .choices = {"install", "upgrade"}});
    visitor.Object("replace", replace, {.help = "JSON Pointers with what stands there instead"});
    visitor.Object("add", add, {.help = "JSON Pointers with what is put there"});
    visitor.Texts("remove", remove, {.help = "JSON Pointers of what goes"});
  }
  std::string Check() const override {
    return replace.empty() && add.empty() && remove.empty() ? "a patch replaces, adds or removes something" : "";
  }
  ObjectPatch Take() {
    for (const auto& [path, value] : replace.items()) Operation({{"op", "replace"}, {"path", path}, {"value", value}});
    for (const auto& [path, value] : add.items()) Operation({{"op", "add"}, {"path", path}, {"value", value}});
    for (const std::string& path : remove) Operation({{"op", "remove"}, {"path", path}});
    return std::move(patch);
  }

 private:
  void Operation(nlohmann::json operation) { patch.operations.push_back(std::move(operation)); }

  ObjectPatch patch;
  nlohmann::json replace = nlohmann::json::object();
  nlohmann::json add = nlohmann::json::object();
  std::vector<std::string> remove;
};

struct EditFields : FieldGroup {
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("file", edit.file, {.help = "file of the chart", .required = true});
    visitor.Text("replace", edit.replace, {.help = "what stands there once", .required = true});
    visitor.Text("with", edit.with, {.help = "what stands there instead; default: nothing"});
  }
  ChartEdit edit;
};

struct KillerFields : FieldGroup {
  explicit KillerFields(Killer& target) : killer(target) {}
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("scenario", killer.scenario, {.help = "suite/name", .required = true});
    visitor.Text("step", killer.step, {.help = "the step's kind, the check's id, or install", .required = true});
    visitor.Text("reason", killer.reason, {.help = "code of the reason, or words of the failure", .required = true});
    visitor.Texts("or", killer.others, {.help = "other codes or words by which the same damage may show"});
    visitor.Time("within", killer.within,
                 {.help = "limit of that step in place of its own, where it waits for what never comes"});
  }
  Killer& killer;
};

}  // namespace

void VisitFields(Mutant& mutant, FieldVisitor& visitor) {
  FieldGroupsOf<PatchFields> patches;
  FieldGroupsOf<EditFields> edits;
  KillerFields killer(mutant.killer);
  visitor.Text("name", mutant.breaks, {.help = "what it breaks, in one sentence", .required = true});
  visitor.Text("server", mutant.server, {.help = "profile of the server that it needs"});
  visitor.Time("timeout", mutant.timeout, {.help = "limit in place of the scenario's"});
  visitor.Groups("patch", patches, {.help = "changes of what helm has rendered"});
  visitor.Groups("chart", edits, {.help = "changes of the chart's files"});
  visitor.Object("values", mutant.values, {.help = "values over the scenario's"});
  visitor.Group("killed-by", killer, {.help = "the check that must fail", .required = true});
  for (PatchFields& fields : patches.items) mutant.patches.push_back(fields.Take());
  for (EditFields& fields : edits.items) mutant.edits.push_back(std::move(fields.edit));
}

std::optional<Mutant> LoadMutant(const fs::path& file, Problems& problems) {
  const std::size_t before = problems.size();
  auto document = YamlNode::ParseFile(file.string());
  if (!document) {
    problems.push_back(document.error());
    return std::nullopt;
  }
  Mutant mutant;
  mutant.id = file.stem().string();
  mutant.where = {file.string(), 1, 1};
  YamlFields fields(*document, "a mutant", problems);
  VisitFields(mutant, fields);
  fields.Finish();
  if (problems.size() == before && mutant.patches.empty() && mutant.edits.empty() && mutant.values.empty()) {
    problems.push_back(
        Error(ErrorKind::kBadScenario, "a mutant changes something: by patch, chart or values").At(mutant.where));
  }
  if (problems.size() > before) return std::nullopt;
  return mutant;
}

std::vector<Mutant> LoadMutants(const fs::path& root, Problems& problems) {
  std::vector<fs::path> files;
  std::error_code code;
  for (fs::directory_iterator it(root / kSabotage, code), end; !code && it != end; it.increment(code)) {
    if (it->path().filename() == kReviewedFile) continue;
    if (it->path().extension() == ".yaml") {
      files.push_back(it->path());
    } else {
      problems.push_back(Error(ErrorKind::kBadScenario, "not of the form sabotage/<name>.yaml: it would never be run")
                             .At({it->path().string(), 0, 0}));
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Mutant> mutants;
  for (const fs::path& file : files) {
    if (auto mutant = LoadMutant(file, problems)) mutants.push_back(std::move(*mutant));
  }
  return mutants;
}

}  // namespace e2e
