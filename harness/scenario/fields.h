// Fields: the typed keys of a YAML map. One description of a struct's fields serves every reader of it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/yaml.h"

namespace e2e {

// Everything that is wrong with the input, so that a user gets all of it at once.
using Problems = std::vector<Error>;

// Inclusive bounds in octets.
struct SizeRange {
  long long min = 0;
  long long max = 0;
};

struct FieldRule {
  std::string help;
  bool required = false;
  long long min = std::numeric_limits<long long>::min();
  long long max = std::numeric_limits<long long>::max();
  // For Text and Texts: the only words that are allowed. Empty: any.
  std::vector<std::string> choices = {};
  // For Text and Texts: what is wrong with a value; empty: nothing. Default: nothing is ever wrong.
  std::function<std::string(const std::string& value)> check = {};
};

class FieldVisitor;
struct StepSpec;

// Fields within a field, such as a line of a dialogue.
class FieldGroup {
 public:
  virtual ~FieldGroup() = default;
  virtual void Fields(FieldVisitor& visitor) = 0;
  // Sets of names: fields of exactly one of the sets have to be there. Default: no such rule.
  virtual std::vector<std::vector<std::string>> Alternatives() const { return {}; }
  // What is wrong with the fields taken together; empty: nothing.
  virtual std::string Check() const { return ""; }
  // Names of the values that it saves: texts behind it may refer to them as ${name}.
  virtual std::vector<std::string> SavesValues() const { return {}; }

  // Whether the scenario has it, and where.
  bool given = false;
  SourceLocation where = {};
};

// A list of them, all of one type.
class FieldGroups {
 public:
  virtual ~FieldGroups() = default;
  // Appends one with its defaults.
  virtual FieldGroup& Add() = 0;
};

template <typename T>
class FieldGroupsOf : public FieldGroups {
 public:
  FieldGroup& Add() override { return items.emplace_back(); }
  std::vector<T> items;
};

// A visitor gets each field's name, the variable behind it (which holds the default) and its rule.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  virtual void Text(std::string_view name, std::string& target, const FieldRule& rule) = 0;
  virtual void Texts(std::string_view name, std::vector<std::string>& target, const FieldRule& rule) = 0;
  virtual void Number(std::string_view name, long long& target, const FieldRule& rule) = 0;
  virtual void Flag(std::string_view name, bool& target, const FieldRule& rule) = 0;
  // "500ms", "30s", "2m".
  virtual void Time(std::string_view name, Duration& target, const FieldRule& rule) = 0;
  // "1KiB..64KiB" or "4KiB"; octets, KiB or MiB.
  virtual void Size(std::string_view name, SizeRange& target, const FieldRule& rule) = 0;
  // A map or list that is not the language's own: Helm values, a piece of a Kubernetes object.
  virtual void Object(std::string_view name, nlohmann::json& target, const FieldRule& rule) = 0;
  // A map of texts under names that are not the language's own: labels.
  virtual void TextMap(std::string_view name, std::map<std::string, std::string>& target, const FieldRule& rule) = 0;
  // A map with fields of its own.
  virtual void Group(std::string_view name, FieldGroup& target, const FieldRule& rule) = 0;
  // A list of such maps, at least one where it is required.
  virtual void Groups(std::string_view name, FieldGroups& target, const FieldRule& rule) = 0;
  // At least one step; what a step's fields are is the catalog's matter (steps/catalog.h).
  virtual void Steps(std::string_view name, std::vector<StepSpec>& target, const FieldRule& rule) = 0;
};

// Reads the fields out of a YAML map. Wrong types, values out of bounds and missing fields go to `problems`
// with file, line and column; Finish() adds every key that no field asked for, with the nearest known one.
class YamlFields : public FieldVisitor {
 public:
  // A null node counts as an empty map. `names` are those that "${name}" may stand for in texts; where it is null, a
  // "${" is nothing special. All of them must outlive this object. Groups add to `names` what they save.
  YamlFields(const YamlNode& node, std::string what, Problems& problems, std::vector<std::string>* names = nullptr);

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
  void Steps(std::string_view name, std::vector<StepSpec>& target, const FieldRule& rule) override;

  void Finish();

 private:
  // The raw value; null when it is not there.
  const YamlNode* Child(std::string_view name, const FieldRule& rule);
  const YamlNode* ScalarOf(std::string_view name, const FieldRule& rule, std::string_view expected);
  void CheckText(const YamlNode& value, std::string_view name, const FieldRule& rule);
  void CheckNames(const YamlNode& value);
  void CheckAlternatives(const YamlNode& node, const std::string& what, const FieldGroup& group);
  void ReadGroup(const YamlNode& node, const std::string& what, FieldGroup& target);
  void Problem(const SourceLocation& where, std::string message);

  const YamlNode& node_;
  std::string what_;
  Problems& problems_;
  std::vector<std::string>* names_;
  std::vector<std::string> known_;
};

// Nothing when the text is not a number with one of the units above.
std::optional<Duration> ParseDuration(std::string_view text);
std::optional<long long> ParseSize(std::string_view text);

}  // namespace e2e
