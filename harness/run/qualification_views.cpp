// What is shown of a qualification: the Markdown to sign off, and the part of the page.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cluster/json_access.h"
#include "run/html.h"
#include "run/qualification.h"

namespace e2e {
namespace {

using nlohmann::json;

std::string Digest(const json& chart) {
  return TextAt(chart, "/sha256").substr(0, 16);
}

std::string Lines(const json& list, std::string_view before) {
  std::string text;
  for (const json& line : list) text += fmt::format("{}{}\n", before, line.is_string() ? line.get<std::string>() : "");
  return text;
}

std::string ChartRows(const json& qualification) {
  std::string rows;
  for (const json& chart : ListAt(qualification, "/from")) {
    rows +=
        fmt::format("| from | {} | {} | `{}…` |\n", TextAt(chart, "/version"), TextAt(chart, "/source"), Digest(chart));
  }
  const json& to = JsonAt(qualification, "/to");
  return rows + fmt::format("| to | {} | {} | `{}…` |\n", TextAt(to, "/version"), TextAt(to, "/source"), Digest(to));
}

std::string VersionRows(const json& qualification) {
  std::string rows;
  for (const json& each : ListAt(qualification, "/versions"))
    rows += fmt::format("| {} | {} |\n", TextAt(each, "/name"), TextAt(each, "/version"));
  return rows;
}

std::string LaneRows(const json& qualification) {
  std::string rows;
  for (const json& lane : ListAt(qualification, "/lanes")) {
    rows += fmt::format("| {} | {} | {} |\n", TextAt(lane, "/id"), TextAt(lane, "/verdict"), TextAt(lane, "/title"));
  }
  return rows;
}

std::string ListItems(const json& list) {
  std::string text;
  for (const json& line : list) text += "<li>" + Html(line.is_string() ? line.get<std::string>() : "") + "</li>\n";
  return text.empty() ? "" : "<ul>\n" + text + "</ul>\n";
}

std::string Value(const json& field, const char* side) {
  return field.contains(side) ? field[side].dump(-1, ' ', false, json::error_handler_t::replace) : "";
}

// One changed object, each of its fields on a line.
std::string ObjectHtml(const json& object) {
  std::string rows;
  for (const json& field : ListAt(object, "/fields")) {
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", Html(TextAt(field, "/path")),
                        Html(Value(field, "before")), Html(Value(field, "after")));
  }
  if (!rows.empty()) {
    rows =
        "<div class=\"wide\"><table class=\"stack\"><thead><tr><th>Field</th><th>Before</th><th>After</th></tr>"
        "</thead><tbody>\n" +
        rows + "</tbody></table></div>\n";
  }
  return fmt::format("<details><summary>{} {}: {}</summary>\n{}{}</details>\n", Html(TextAt(object, "/kind")),
                     Html(TextAt(object, "/name")), Html(TextAt(object, "/change")),
                     ListItems(ListAt(object, "/impossible")), rows);
}

}  // namespace

std::string QualificationMarkdown(const json& qualification) {
  if (!qualification.is_object()) return "";
  const json& why = ListAt(qualification, "/why");
  return fmt::format(
      "# Chart {}: {}\n\n{}{}| | version | out of | SHA-256 of its files |\n|---|---|---|---|\n{}\n"
      "| under test with | version |\n|---|---|\n{}\n"
      "Sizes and order of the mail come from the seeds in the lanes' files (1 where none is named).\n\n"
      "## Lanes\n\n| lane | verdict | what it shows |\n|---|---|---|\n{}\n## Changes since {}\n\n{}\n"
      "## Sign-off\n\n- [ ] The changes above are what the changelog says.\n"
      "- [ ] The version fits them.\n- [ ] Name and date:\n",
      TextAt(qualification, "/to/version"), TextAt(qualification, "/verdict"), Lines(why, "- "),
      why.empty() ? "" : "\n", ChartRows(qualification), VersionRows(qualification), LaneRows(qualification),
      TextAt(ListAt(qualification, "/from").empty() ? json() : ListAt(qualification, "/from").back(), "/version"),
      TextAt(qualification, "/changes_text"));
}

std::string QualificationHtml(const json& qualification) {
  if (!qualification.is_object()) return "";
  const json& to = JsonAt(qualification, "/to");
  const std::string verdict = TextAt(qualification, "/verdict");
  std::string changes, facts;
  for (const json& object : ListAt(qualification, "/changes/objects")) changes += ObjectHtml(object);
  const auto fact = [&](const std::string& name, const std::string& value) {
    facts += fmt::format("<dt>{}</dt><dd>{}</dd>\n", Html(name), Html(value));
  };
  for (const json& chart : ListAt(qualification, "/from"))
    fact("From chart", fmt::format("{}, sha256 {}…", TextAt(chart, "/version"), Digest(chart)));
  fact("To chart", fmt::format("{}, sha256 {}…", TextAt(to, "/version"), Digest(to)));
  for (const json& each : ListAt(qualification, "/versions")) fact(TextAt(each, "/name"), TextAt(each, "/version"));
  return fmt::format(
      "<section id=\"qualification\"><h2 class=\"verdict {}\">{}: chart {}</h2>\n{}<dl>\n{}</dl>\n"
      "<h3>Changes by an upgrade</h3>\n{}</section>\n",
      verdict == kQualified      ? "pass"
      : verdict == kNotQualified ? "fail"
                                 : "odd",
      Html(verdict), Html(TextAt(to, "/version")), ListItems(ListAt(qualification, "/why")), facts,
      changes.empty() ? "<p>None.</p>\n" : changes);
}

}  // namespace e2e
