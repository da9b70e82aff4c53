// Fields: the typed keys of a YAML map. One description of a struct's fields serves every reader of it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <limits>
#include <map>
#include <set>
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
};

struct StepSpec;

// A visitor gets each field's name, the variable behind it (which holds the default) and its rule.
class FieldVisitor {
 public:
  using ShowFields = std::function<void(FieldVisitor&)>;

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
  // A map with fields of its own, which `fields` shows.
  virtual void Group(std::string_view name, const ShowFields& fields, const FieldRule& rule) = 0;
  // At least one step; what a step's fields are is the catalog's matter (steps/catalog.h).
  virtual void Steps(std::string_view name, std::vector<StepSpec>& target, const FieldRule& rule) = 0;
};

// Reads the fields out of a YAML map. Wrong types, values out of bounds and missing fields go to `problems`
// with file, line and column; Finish() adds every key that no field asked for, with the nearest known one.
class YamlFields : public FieldVisitor {
 public:
  // A null node counts as an empty map. `node` and `problems` must outlive this object.
  YamlFields(const YamlNode& node, std::string what, Problems& problems);

  void Text(std::string_view name, std::string& target, const FieldRule& rule) override;
  void Texts(std::string_view name, std::vector<std::string>& target, const FieldRule& rule) override;
  void Number(std::string_view name, long long& target, const FieldRule& rule) override;
  void Flag(std::string_view name, bool& target, const FieldRule& rule) override;
  void Time(std::string_view name, Duration& target, const FieldRule& rule) override;
  void Size(std::string_view name, SizeRange& target, const FieldRule& rule) override;
  void Object(std::string_view name, nlohmann::json& target, const FieldRule& rule) override;
  void TextMap(std::string_view name, std::map<std::string, std::string>& target, const FieldRule& rule) override;
  void Group(std::string_view name, const ShowFields& fields, const FieldRule& rule) override;
  void Steps(std::string_view name, std::vector<StepSpec>& target, const FieldRule& rule) override;

  void Finish();

 private:
  // The raw value; null when it is not there.
  const YamlNode* Child(std::string_view name, const FieldRule& rule);
  const YamlNode* ScalarOf(std::string_view name, const FieldRule& rule, std::string_view expected);
  void CheckChoice(const YamlNode& value, std::string_view name, const FieldRule& rule);
  void Problem(const SourceLocation& where, std::string message);

  const YamlNode& node_;
  std::string what_;
  Problems& problems_;
  std::vector<std::string> known_;
};

// Nothing when the text is not a number with one of the units above.
std::optional<Duration> ParseDuration(std::string_view text);
std::optional<long long> ParseSize(std::string_view text);

}  // namespace e2e
