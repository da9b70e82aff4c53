#include "scenario/schema_fields.h"

#include <fmt/format.h>

#include "base/text.h"
#include "scenario/scenario.h"

namespace e2e {
namespace {

using nlohmann::json;
using Limits = std::numeric_limits<long long>;

// A plain 5 or true is taken as text, too.
json AnyText() {
  return {{"type", {"string", "number", "boolean"}}};
}

json TextWith(const FieldRule& rule) {
  if (rule.choices.empty()) return AnyText();
  json words = json::array();
  for (const std::string& choice : rule.choices) {
    words.push_back(choice);
    // A plain 0 is a number for everyone but the reader of the field.
    if (const auto number = ParseInt(choice)) words.push_back(*number);
  }
  return {{"enum", words}};
}

void AddBounds(json& schema, const FieldRule& rule) {
  if (rule.min != Limits::min()) schema["minimum"] = rule.min;
  if (rule.max != Limits::max()) schema["maximum"] = rule.max;
}

std::string AsWritten(Duration duration) {
  const auto ms = duration.count();
  if (ms % 60'000 == 0) return fmt::format("{}m", ms / 60'000);
  return ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
}

std::string AsWritten(long long octets) {
  constexpr long long kKib = 1024, kMib = 1024 * 1024;
  if (octets == 0 || octets % kKib != 0) return fmt::format("{}", octets);
  return octets % kMib == 0 ? fmt::format("{}MiB", octets / kMib) : fmt::format("{}KiB", octets / kKib);
}

// Of a map with fields of its own, one of whose alternatives has to be there.
json SchemaOf(FieldGroup& group) {
  SchemaFields fields;
  group.Fields(fields);
  json schema = fields.Schema();
  for (const std::vector<std::string>& names : group.Alternatives()) {
    json any = json::array();
    for (const std::string& name : names) any.push_back({{"required", {name}}});
    schema["oneOf"].push_back({{"anyOf", any}});
  }
  return schema;
}

}  // namespace

void SchemaFields::Add(std::string_view name, json schema, const FieldRule& rule) {
  schema["description"] = rule.help;
  if (rule.required) {
    required_.push_back(name);
    schema.erase("default");
  }
  properties_[std::string(name)] = std::move(schema);
}

void SchemaFields::Text(std::string_view name, std::string& target, const FieldRule& rule) {
  json schema = TextWith(rule);
  if (!target.empty()) schema["default"] = target;
  Add(name, std::move(schema), rule);
}

void SchemaFields::Texts(std::string_view name, std::vector<std::string>& target, const FieldRule& rule) {
  json schema = {{"type", "array"}, {"items", TextWith(rule)}};
  if (!target.empty()) schema["default"] = target;
  Add(name, std::move(schema), rule);
}

void SchemaFields::Number(std::string_view name, long long& target, const FieldRule& rule) {
  json schema = {{"type", "integer"}};
  AddBounds(schema, rule);
  // A default out of bounds means: not given.
  if (target >= rule.min && target <= rule.max) schema["default"] = target;
  Add(name, std::move(schema), rule);
}

void SchemaFields::Flag(std::string_view name, bool& target, const FieldRule& rule) {
  Add(name, {{"type", "boolean"}, {"default", target}}, rule);
}

void SchemaFields::Time(std::string_view name, Duration& target, const FieldRule& rule) {
  // Up to a day, as near as digits say it.
  constexpr const char* kPattern = "^0*[1-9]([0-9]{0,7}ms|[0-9]{0,4}s|[0-9]{0,3}m)$";
  json schema = {{"type", "string"}, {"pattern", kPattern}};
  if (target > Duration(0)) schema["default"] = AsWritten(target);
  Add(name, std::move(schema), rule);
}

void SchemaFields::Size(std::string_view name, SizeRange& target, const FieldRule& rule) {
  constexpr const char* kPattern = R"(^[0-9]+(KiB|MiB)?(\.\.[0-9]+(KiB|MiB)?)?$)";
  json schema = {{"type", {"string", "integer"}}, {"pattern", kPattern}};
  AddBounds(schema, rule);
  if (target.max > 0) {
    const std::string low = AsWritten(target.min);
    schema["default"] = target.min == target.max ? low : low + ".." + AsWritten(target.max);
  }
  Add(name, std::move(schema), rule);
}

void SchemaFields::Object(std::string_view name, json&, const FieldRule& rule) {
  Add(name, {{"type", "object"}}, rule);
}

void SchemaFields::TextMap(std::string_view name, std::map<std::string, std::string>&, const FieldRule& rule) {
  Add(name, {{"type", "object"}, {"additionalProperties", AnyText()}}, rule);
}

void SchemaFields::Group(std::string_view name, FieldGroup& target, const FieldRule& rule) {
  Add(name, SchemaOf(target), rule);
}

void SchemaFields::Groups(std::string_view name, FieldGroups& target, const FieldRule& rule) {
  json item = SchemaOf(target.Add());
  item["type"] = "object";
  json schema = {{"type", "array"}, {"items", std::move(item)}};
  if (rule.required) schema["minItems"] = 1;
  Add(name, std::move(schema), rule);
}

void SchemaFields::Steps(std::string_view name, std::vector<StepSpec>&, const FieldRule& rule) {
  Add(name, {{"type", "array"}, {"minItems", 1}, {"items", {{"$ref", "#/$defs/step"}}}}, rule);
}

json SchemaFields::Schema() const {
  json schema = {{"type", "object"}, {"properties", properties_}, {"additionalProperties", false}};
  if (!required_.empty()) {
    schema["required"] = required_;
  } else {
    // `fault.kill:` with nothing after it is a map without fields.
    schema["type"] = {"object", "null"};
  }
  return schema;
}

}  // namespace e2e
