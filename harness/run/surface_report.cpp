#include "run/surface_report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vector>

#include "base/text.h"
#include "cluster/json_access.h"
#include "run/html.h"
#include "run/record_fields.h"

namespace e2e {
using nlohmann::json;

bool SurfaceIsRed(const json& surface) {
  return !ListAt(surface, "/red").empty();
}

std::string SurfaceLine(const json& surface) {
  if (!surface.is_object()) return "";
  return fmt::format("surface: {} of {} items broken by a mutant, {} on the reviewed list, red {}",
                     IntAt(surface, "/guarded"), IntAt(surface, "/items"), IntAt(surface, "/listed"),
                     ListAt(surface, "/red").size());
}

std::string SurfaceText(const json& surface) {
  if (!surface.is_object()) return "";
  std::string text;
  for (const std::string& line : TextsOf(ListAt(surface, "/red"))) text += "red: " + line + "\n";
  return text + SurfaceLine(surface) + "\n";
}

std::string SurfaceItems(const json& surface) {
  std::string text;
  for (const auto& [item, mutants] : JsonAt(surface, "/guards").items()) {
    text += fmt::format("{:<70} {}\n", item, mutants.empty() ? "-" : Join(TextsOf(mutants), ", "));
  }
  return text;
}

std::string SurfaceMarkdown(const json& surface) {
  if (!surface.is_object()) return "";
  return "\n## Surface of the chart\n\n```\n" + SurfaceText(surface) + "```\n";
}

std::string SurfaceHtml(const json& surface) {
  if (!surface.is_object()) return "";
  std::string red, rows;
  for (const std::string& line : TextsOf(ListAt(surface, "/red"))) red += "<li>" + Html(line) + "</li>\n";
  for (const auto& [item, mutants] : JsonAt(surface, "/guards").items()) {
    rows += fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", Html(item),
                        mutants.empty() ? "on the reviewed list" : Html(Join(TextsOf(mutants), ", ")));
  }
  return fmt::format(
      "<h2>Surface of the chart</h2>\n<p>{}</p>\n{}<details><summary>Each item</summary>\n<div class=\"wide\"><table "
      "class=\"stack\"><thead><tr><th>Item</th><th>Mutants that break it</th></tr></thead><tbody>\n{}</tbody></table>"
      "</div></details>\n",
      Html(SurfaceLine(surface)), red.empty() ? "" : "<ul>\n" + red + "</ul>\n", rows);
}

}  // namespace e2e
