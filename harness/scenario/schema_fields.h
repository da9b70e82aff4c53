// SchemaFields: the JSON Schema (draft 2020-12) of a map, out of the same description that its reader uses.
#pragma once

#include <nlohmann/json.hpp>

#include "scenario/fields.h"

namespace e2e {

// Takes what YamlFields takes and refuses what it refuses, as far as a schema can: it does not see duplicate keys,
// YAML's own syntax, an upside-down range, what a field's own check says, nor which step
// saves a name. Plain YAML scalars are meant as in YAML 1.2
// (yes is text).
class SchemaFields : public FieldVisitor {
 public:
  void Text(std::string_view name, std::string& target, const FieldRule& rule) override;
  void Texts(std::string_view name, std::vector<std::string>& target, const FieldRule& rule) override;
  void Number(std::string_view name, long long& target, const FieldRule& rule) override;
  void Flag(std::string_view name, bool& target, const FieldRule& rule) override;
  void Time(std::string_view name, Duration& target, const FieldRule& rule) override;
  void Size(std::string_view name, SizeRange& target, const FieldRule& rule) override;
  void Object(std::string_view name, nlohmann::json& target, const FieldRule& rule) override;
  void TextMap(std::string_view name, std::map<std::string, std::string>& target, const FieldRule& rule) override;
  void Group(std::string_view name, FieldGroup& target, const FieldRule& rule) override;
  void Groups(std::string_view name, FieldGroups& target, const FieldRule& rule) override;
  // Refers to #/$defs/step, which the whole schema must have.
  void Steps(std::string_view name, std::vector<StepSpec>& target, const FieldRule& rule) override;

  // Of a map with the fields that were shown, and no others.
  nlohmann::json Schema() const;

 private:
  void Add(std::string_view name, nlohmann::json schema, const FieldRule& rule);

  nlohmann::json properties_ = nlohmann::json::object();
  nlohmann::json required_ = nlohmann::json::array();
};

}  // namespace e2e
