// LanguageSchema: the JSON Schema of a scenario's file, for editors and for other programs.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <vector>

#include "steps/step.h"

namespace e2e {

// Draft 2020-12. Made of the same descriptions of fields that the loader and the compiler read, see
// scenario/schema_fields.h for what it cannot say.
nlohmann::json LanguageSchema(const std::vector<StepKind>& kinds);
// The same of a mutant's file.
nlohmann::json MutantSchema();

}  // namespace e2e
