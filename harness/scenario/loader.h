// Loader: the folder of scenarios as plain data, or everything that is wrong with it.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "scenario/fields.h"
#include "scenario/scenario.h"

namespace e2e {

// In the folder of scenarios, for editors; `stalwart-e2e schema` prints it.
inline constexpr std::string_view kSchemaFile = "scenario.schema.json";
// What kind-config/matrix reads.
inline constexpr std::string_view kMatrixFile = "matrix.yaml";

// Below it, the lanes of a qualification: scenarios that start from a released chart, which an ordinary run knows
// nothing of.
inline constexpr std::string_view kQualify = "qualify";

// Reads `root`/<suite>/<name>.yaml in sorted order; `root`/values/, `root`/manifests/, `root`/sabotage/
// (scenario/mutant.h), `root`/qualify/, the schemas and the matrix are left out, any other file is a mistake. Every
// mistake of every file goes to `problems`; a file with mistakes gives no scenario. No file at all is a problem too.
// The steps' fields are read later, by Compile (steps/catalog.h).
std::vector<Scenario> LoadScenarios(const std::filesystem::path& root, Problems& problems);

// The same without the steps, which are most of a file and of the time that reading takes: for who wants to know what
// scenarios there are. Mistakes within the steps are not seen.
std::vector<Scenario> LoadHeads(const std::filesystem::path& root, Problems& problems);

// The scenarios of `root`/qualify/, in the same way. No such folder gives none.
std::vector<Scenario> LoadLanes(const std::filesystem::path& root, Problems& problems);

// One file; `suite` and stem come from its path.
std::optional<Scenario> LoadScenario(const std::filesystem::path& file, const std::filesystem::path& root,
                                     Problems& problems);

// "scenarios/a/b.yaml:3:5: error: …" lines.
std::string Render(const Problems& problems);

}  // namespace e2e
