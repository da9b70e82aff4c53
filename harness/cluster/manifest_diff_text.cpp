#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "cluster/manifest_diff.h"

namespace e2e {

using nlohmann::json;

namespace {

constexpr std::size_t kLongestCell = 160;

const char* Name(ObjectChange::What what) {
  switch (what) {
    case ObjectChange::What::kAdded: return "added";
    case ObjectChange::What::kRemoved: return "removed";
    case ObjectChange::What::kChanged: return "changed";
  }
  return "?";
}

// A value within a table: neither a bar nor a long script may take the table apart. The backtick would end the code.
std::string Cell(const std::optional<std::string>& value) {
  if (!value) return "";
  std::string text;
  for (const char c : *value) {
    if (c == '|') text += '\\';
    text += c == '`' ? '\'' : c;
  }
  if (text.size() > kLongestCell) {
    std::string_view shown = CutUtf8(text, kLongestCell);
    if (shown.ends_with('\\')) shown.remove_suffix(1);
    text = std::string(shown) + "…";
  }
  return "`" + text + "`";
}

}  // namespace

std::string AsMarkdown(const ManifestDiff& diff) {
  if (diff.objects.empty()) return "The manifests are the same.\n";
  std::string text;
  const std::vector<std::string> impossible = diff.Impossible();
  if (!impossible.empty()) text += "**An upgrade can't do this:**\n";
  for (const std::string& line : impossible) text += fmt::format("- {}\n", line);
  for (const ObjectChange& object : diff.objects) {
    text += fmt::format("{}**{} {}** {}\n", text.empty() ? "" : "\n", object.kind, object.name, Name(object.what));
    if (object.fields.empty()) continue;
    text += "\n| field | before | after |\n|---|---|---|\n";
    for (const FieldChange& field : object.fields)
      text += fmt::format("| {} | {} | {} |\n", Cell(field.path), Cell(field.before), Cell(field.after));
  }
  return text;
}

json ToJson(const ManifestDiff& diff) {
  json objects = json::array();
  for (const ObjectChange& object : diff.objects) {
    json fields = json::array();
    for (const FieldChange& field : object.fields) {
      json one = {{"path", field.path}};
      if (field.before) one["before"] = json::parse(*field.before, nullptr, false);
      if (field.after) one["after"] = json::parse(*field.after, nullptr, false);
      fields.push_back(std::move(one));
    }
    objects.push_back({{"kind", object.kind},
                       {"name", object.name},
                       {"change", Name(object.what)},
                       {"fields", std::move(fields)},
                       {"impossible", object.impossible}});
  }
  return {{"objects", std::move(objects)}};
}

}  // namespace e2e
