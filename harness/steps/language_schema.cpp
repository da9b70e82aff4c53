#include "steps/language_schema.h"

#include "scenario/mutant.h"
#include "scenario/scenario_fields.h"
#include "scenario/schema_fields.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr const char* kDraft = "https://json-schema.org/draft/2020-12/schema";

json OneOf(const std::vector<StepKind>& kinds) {
  json properties = json::object();
  for (const StepKind& kind : kinds) {
    const auto step = kind.make();
    step->within = kind.within;
    SchemaFields fields;
    VisitFields(*step, fields);
    properties[kind.name] = fields.Schema();
    properties[kind.name]["description"] = kind.help;
  }
  return {{"type", "object"},
          {"minProperties", 1},
          {"maxProperties", 1},
          {"properties", properties},
          {"additionalProperties", false}};
}

// The keys of a file of this kind.
template <typename File>
json SchemaOf(const char* title) {
  File file;
  SchemaFields fields;
  VisitFields(file, fields);
  json schema = fields.Schema();
  schema["$schema"] = kDraft;
  schema["title"] = title;
  return schema;
}

}  // namespace

json MutantSchema() {
  return SchemaOf<Mutant>("a mutant of stalwart-e2e");
}

json LanguageSchema(const std::vector<StepKind>& kinds) {
  json schema = SchemaOf<Scenario>("a scenario of stalwart-e2e");
  schema["$defs"]["step"] = OneOf(kinds);
  return schema;
}

}  // namespace e2e
