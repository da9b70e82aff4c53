// Mutant: a change for the worse of chart, release or server, and the check that must notice it.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/fields.h"

namespace e2e {

// RFC 6902 operations on every rendered object of a kind.
struct ObjectPatch {
  std::string kind;
  // Default: any.
  std::string name;
  // "install" or "upgrade". Default: both.
  std::string when;
  // A JSON Patch.
  nlohmann::json operations = nlohmann::json::array();
};

// In a file of the chart: `replace` stands there once, and gives way to `with`.
struct ChartEdit {
  std::string file;
  std::string replace;
  std::string with;
};

// The check that must fail, and how.
struct Killer {
  std::string scenario;  // suite/name
  std::string step;      // a step's kind, a check's id, or install
  std::string reason;    // the reason's code, or words of the failure
  // As `reason`: what the same damage may show as on another day.
  std::vector<std::string> others{};
  // Limit of that step in place of its own. Zero: its own.
  Duration within{0};
};

struct Mutant {
  std::string id;      // the file's name without .yaml
  std::string breaks;  // `name:` of the file
  // Profile of the server that it needs. Default: the scenario's.
  std::string server;
  // Limit in place of the scenario's. Zero: the scenario's.
  Duration timeout{0};
  std::vector<ObjectPatch> patches;
  std::vector<ChartEdit> edits;
  // Over the scenario's.
  nlohmann::json values = nlohmann::json::object();
  Killer killer;
  SourceLocation where;
};

// The code of a failure which says that the mutant is none: nothing was changed.
inline constexpr const char* kNoMutant = "NoMutant";

// Folder below that of the scenarios, and the suite that mutants run in.
inline constexpr const char* kSabotage = "sabotage";

// In the folder of scenarios, for editors; `stalwart-e2e schema --mutants` prints it.
inline constexpr std::string_view kMutantSchemaFile = "mutant.schema.json";

// Shows every field to `visitor`.
void VisitFields(Mutant& mutant, FieldVisitor& visitor);

// One file. Mistakes go to `problems`; then there is no mutant.
std::optional<Mutant> LoadMutant(const std::filesystem::path& file, Problems& problems);
// `root`/sabotage/*.yaml in sorted order; there may be none.
std::vector<Mutant> LoadMutants(const std::filesystem::path& root, Problems& problems);

}  // namespace e2e
