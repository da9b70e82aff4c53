#include "scenario/fields.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "scenario/scenario.h"
#include "scenario/substitution.h"

namespace e2e {
namespace {

constexpr Duration kLongest{24 * 3'600'000};

struct Unit {
  std::string_view suffix;
  long long factor;
};

// The longest suffixes first, as "s" also ends "ms".
std::optional<long long> ParseWithUnit(std::string_view text, const std::vector<Unit>& units) {
  for (const Unit& unit : units) {
    if (!text.ends_with(unit.suffix)) continue;
    const auto number = ParseInt(text.substr(0, text.size() - unit.suffix.size()));
    if (!number || *number < 0 || *number > std::numeric_limits<long long>::max() / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

std::string Bounds(const FieldRule& rule) {
  using Limits = std::numeric_limits<long long>;
  if (rule.max == Limits::max()) return fmt::format("be at least {}", rule.min);
  if (rule.min == Limits::min()) return fmt::format("be at most {}", rule.max);
  return fmt::format("lie between {} and {}", rule.min, rule.max);
}

}  // namespace

std::optional<Duration> ParseDuration(std::string_view text) {
  const auto ms = ParseWithUnit(text, {{"ms", 1}, {"s", 1000}, {"m", 60'000}});
  if (!ms) return std::nullopt;
  return Duration(*ms);
}

std::optional<long long> ParseSize(std::string_view text) {
  return ParseWithUnit(text, {{"KiB", 1024}, {"MiB", 1024 * 1024}, {"", 1}});
}

YamlFields::YamlFields(const YamlNode& node, std::string what, Problems& problems, std::vector<std::string>* names)
    : node_(node), what_(std::move(what)), problems_(problems), names_(names) {
  if (!node.IsMap() && !node.IsNull()) {
    Problem(node.where(), fmt::format("{} takes a map of fields, not {}", what_, node.KindText()));
  }
}

void YamlFields::Problem(const SourceLocation& where, std::string message) {
  problems_.push_back(Error(ErrorKind::kBadScenario, std::move(message)).At(where));
}

const YamlNode* YamlFields::Child(std::string_view name, const FieldRule& rule) {
  known_.emplace_back(name);
  const YamlNode* value = node_.Find(name);
  if (value == nullptr && rule.required && (node_.IsMap() || node_.IsNull())) {
    Problem(node_.where(), fmt::format("{} lacks the field \"{}\" ({})", what_, name, rule.help));
  }
  return value;
}

const YamlNode* YamlFields::ScalarOf(std::string_view name, const FieldRule& rule, std::string_view expected) {
  const YamlNode* value = Child(name, rule);
  if (value == nullptr || value->IsScalar()) return value;
  Problem(value->where(), fmt::format("\"{}\" takes {}, not {}", name, expected, value->KindText()));
  return nullptr;
}

void YamlFields::CheckText(const YamlNode& value, std::string_view name, const FieldRule& rule) {
  const std::string& text = value.Scalar();
  if (!rule.choices.empty() && std::count(rule.choices.begin(), rule.choices.end(), text) == 0) {
    const auto near = Nearest(text, rule.choices);
    Problem(value.where(),
            fmt::format("\"{}\" can't be \"{}\"; it is one of {}{}", name, text, Join(rule.choices, ", "),
                        near ? fmt::format(" (did you mean \"{}\"?)", *near) : ""));
    return;
  }
  const std::string mistake = rule.check ? rule.check(text) : "";
  if (!mistake.empty()) Problem(value.where(), fmt::format("\"{}\": {}", name, mistake));
  CheckNames(value);
}

// Of a text, or of all texts in a value that is not the language's own.
void YamlFields::CheckNames(const YamlNode& value) {
  if (names_ == nullptr) return;
  const std::string mistake = value.IsScalar() ? CheckReferences(value.Scalar(), *names_) : "";
  if (!mistake.empty()) Problem(value.where(), mistake);
  for (const YamlNode& item : value.Items()) CheckNames(item);
  for (const auto& [key, inner] : value.Entries()) {
    CheckNames(key);
    CheckNames(inner);
  }
}

void YamlFields::Text(std::string_view name, std::string& target, const FieldRule& rule) {
  const YamlNode* value = ScalarOf(name, rule, "text");
  if (value == nullptr) return;
  CheckText(*value, name, rule);
  target = value->Scalar();
}

void YamlFields::Texts(std::string_view name, std::vector<std::string>& target, const FieldRule& rule) {
  const YamlNode* value = Child(name, rule);
  if (value == nullptr) return;
  if (!value->IsSequence()) {
    Problem(value->where(), fmt::format("\"{}\" takes a list, not {}", name, value->KindText()));
    return;
  }
  target.clear();
  for (const YamlNode& item : value->Items()) {
    if (!item.IsScalar()) {
      Problem(item.where(), fmt::format("\"{}\" takes a list of texts, not of {}", name, item.KindText()));
      continue;
    }
    CheckText(item, name, rule);
    target.push_back(item.Scalar());
  }
}

void YamlFields::Number(std::string_view name, long long& target, const FieldRule& rule) {
  const YamlNode* value = ScalarOf(name, rule, "a whole number");
  if (value == nullptr) return;
  const auto number = ParseInt(value->Scalar());
  if (!number || value->Quoted()) {
    Problem(value->where(), fmt::format("\"{}\" takes a whole number, not \"{}\"", name, value->Scalar()));
  } else if (*number < rule.min || *number > rule.max) {
    Problem(value->where(), fmt::format("\"{}\" must {}, not {}", name, Bounds(rule), *number));
  } else {
    target = *number;
  }
}

void YamlFields::Flag(std::string_view name, bool& target, const FieldRule& rule) {
  const YamlNode* value = ScalarOf(name, rule, "true or false");
  if (value == nullptr) return;
  if (value->Quoted() || (value->Scalar() != "true" && value->Scalar() != "false")) {
    Problem(value->where(), fmt::format("\"{}\" takes true or false, not \"{}\"", name, value->Scalar()));
    return;
  }
  target = value->Scalar() == "true";
}

void YamlFields::Time(std::string_view name, Duration& target, const FieldRule& rule) {
  const YamlNode* value = ScalarOf(name, rule, "a duration");
  if (value == nullptr) return;
  const auto duration = ParseDuration(value->Scalar());
  if (!duration || *duration < Duration(1) || *duration > kLongest) {
    Problem(value->where(),
            fmt::format("\"{}\" takes a duration such as 500ms, 30s or 2m, above zero and of at most a day, "
                        "not \"{}\"",
                        name, value->Scalar()));
    return;
  }
  target = *duration;
}

void YamlFields::Size(std::string_view name, SizeRange& target, const FieldRule& rule) {
  const YamlNode* value = ScalarOf(name, rule, "a size");
  if (value == nullptr) return;
  const std::string_view text = value->Scalar();
  const std::size_t dots = text.find("..");
  const auto low = ParseSize(text.substr(0, dots));
  const auto high = dots == std::string_view::npos ? low : ParseSize(text.substr(dots + 2));
  if (!low || !high || *low > *high) {
    Problem(value->where(), fmt::format("\"{}\" takes a size such as 4KiB or 1KiB..64KiB, not \"{}\"", name, text));
  } else if (*low < rule.min || *high > rule.max) {
    Problem(value->where(), fmt::format("\"{}\" must {} octets, not \"{}\"", name, Bounds(rule), text));
  } else {
    target = {*low, *high};
  }
}

void YamlFields::Object(std::string_view name, nlohmann::json& target, const FieldRule& rule) {
  const YamlNode* value = Child(name, rule);
  if (value == nullptr) return;
  if (!value->IsMap()) {
    Problem(value->where(), fmt::format("\"{}\" takes a map, not {}", name, value->KindText()));
    return;
  }
  CheckNames(*value);
  target = value->ToJson();
}

void YamlFields::TextMap(std::string_view name, std::map<std::string, std::string>& target, const FieldRule& rule) {
  const YamlNode* map = Child(name, rule);
  if (map == nullptr) return;
  if (!map->IsMap()) Problem(map->where(), fmt::format("\"{}\" takes a map, not {}", name, map->KindText()));
  for (const auto& [key, value] : map->Entries()) {
    if (value.IsScalar()) {
      CheckNames(value);
      target[key.Scalar()] = value.Scalar();
    } else {
      Problem(value.where(), fmt::format("\"{}\" of {} takes text, not {}", key.Scalar(), name, value.KindText()));
    }
  }
}

void YamlFields::CheckAlternatives(const YamlNode& node, const std::string& what, const FieldGroup& group) {
  std::vector<std::string> all, found;
  for (const std::vector<std::string>& names : group.Alternatives()) {
    all.insert(all.end(), names.begin(), names.end());
    const auto at = std::find_if(names.begin(), names.end(), [&](const std::string& name) { return node.Find(name); });
    if (at != names.end()) found.push_back(*at);
  }
  if (all.empty() || found.size() == 1) return;
  Problem(node.where(), found.empty() ? fmt::format("{} needs one of {}", what, Join(all, ", "))
                                      : fmt::format("{} can't have {} at once", what, Join(found, " and ")));
}

void YamlFields::ReadGroup(const YamlNode& node, const std::string& what, FieldGroup& target) {
  const std::size_t before = problems_.size();
  target.given = true;
  target.where = node.where();
  YamlFields fields(node, what, problems_, names_);
  target.Fields(fields);
  fields.Finish();
  if (problems_.size() == before) CheckAlternatives(node, what, target);
  const std::string mistake = target.Check();
  if (problems_.size() == before && !mistake.empty()) Problem(node.where(), mistake);
  if (names_ == nullptr) return;
  for (std::string& name : target.SavesValues()) names_->push_back(std::move(name));
}

void YamlFields::Group(std::string_view name, FieldGroup& target, const FieldRule& rule) {
  if (const YamlNode* value = Child(name, rule)) ReadGroup(*value, std::string(name), target);
}

void YamlFields::Groups(std::string_view name, FieldGroups& target, const FieldRule& rule) {
  const YamlNode* value = Child(name, rule);
  if (value == nullptr) return;
  if (!value->IsSequence()) {
    Problem(value->where(), fmt::format("\"{}\" takes a list, not {}", name, value->KindText()));
    return;
  }
  if (rule.required && value->Items().empty()) {
    Problem(value->where(), fmt::format("\"{}\" takes a list with at least one item", name));
  }
  for (const YamlNode& item : value->Items()) {
    if (item.IsMap()) {
      ReadGroup(item, fmt::format("an item of \"{}\"", name), target.Add());
    } else {
      Problem(item.where(), fmt::format("\"{}\" takes a list of maps, not of {}", name, item.KindText()));
    }
  }
}

void YamlFields::Steps(std::string_view name, std::vector<StepSpec>& target, const FieldRule& rule) {
  const YamlNode* list = Child(name, rule);
  if (list == nullptr) return;
  if (!list->IsSequence() || list->Items().empty()) {
    Problem(list->where(), fmt::format("\"{}\" takes a list with at least one step, not {}", name,
                                       list->IsSequence() ? "an empty one" : list->KindText()));
    return;
  }
  for (const YamlNode& item : list->Items()) {
    if (!item.IsMap() || item.Entries().size() != 1) {
      Problem(item.where(), "a step is a map with one key, its kind, such as  - mail.load: {count: 10}");
      continue;
    }
    const auto& [key, args] = item.Entries().front();
    target.push_back({key.Scalar(), key.where(), args});
  }
}

void YamlFields::Finish() {
  for (const auto& [key, value] : node_.Entries()) {
    if (std::count(known_.begin(), known_.end(), key.Scalar()) > 0) continue;
    const auto near = Nearest(key.Scalar(), known_);
    Problem(key.where(), fmt::format("{} has no field \"{}\"{}", what_, key.Scalar(),
                                     near ? fmt::format(" (did you mean \"{}\"?)", *near)
                                          : fmt::format("; it has {}", Join(known_, ", "))));
  }
}

}  // namespace e2e
