#include "run/report_page.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "cluster/json_access.h"
#include "run/again_command.h"
#include "run/evidence.h"
#include "run/html.h"
#include "run/last_green.h"
#include "run/measures_html.h"
#include "run/page/embedded.h"
#include "run/qualification.h"
#include "run/record_fields.h"
#include "run/surface_report.h"
#include "run/time_spent.h"
#include "run/timeline_html.h"
#include "run/verdict.h"

namespace e2e {
namespace {

using nlohmann::json;

// Verdicts are told apart by their word and a sign, never by colour alone.
std::string ClassOf(const std::string& verdict) {
  if (verdict == Name(Verdict::kPass)) return "pass";
  return verdict == Name(Verdict::kFail) ? "fail" : "odd";
}
std::string VerdictText(const std::string& verdict) {
  const std::string kind = ClassOf(verdict);
  const char* sign = kind == "pass" ? "✔" : kind == "fail" ? "✘" : "!";
  return fmt::format("<span class=\"verdict {}\">{} {}</span>", kind, sign, Html(verdict));
}

std::string Fact(std::string_view name, const std::string& value) {
  return value.empty() ? "" : fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, Html(value));
}

std::string Banner(const json& report) {
  const std::string verdict(Name(VerdictOf(report)));
  std::map<std::string, int> counts;
  for (const json& scenario : ListAt(report, "/scenarios")) ++counts[TextAt(scenario, "/verdict")];
  std::vector<std::string> parts;
  for (const auto& [name, count] : counts) parts.push_back(fmt::format("{} {}", count, name));
  return fmt::format(
      "<header class=\"{}\">\n<h1>{} <span class=\"quiet\">{}</span></h1>\n<dl>\n{}{}{}{}{}{}{}{}</dl>\n</header>\n",
      ClassOf(verdict), VerdictText(verdict), Html(Join(parts, ", ")), Fact("Server", TextAt(report, "/server")),
      Fact("Image", TextAt(report, "/server_image")), Fact("Stand-in", TextAt(report, "/standin")),
      Fact("Its image", TextAt(report, "/standin_image")), Fact("Chart", TextAt(report, "/chart")),
      Fact("Kubernetes", TextAt(report, "/kubernetes")), Fact("Started", TextAt(report, "/started")),
      Fact("Run", TextAt(report, "/run")));
}

// Of the run itself.
std::string ProblemsHtml(const json& report) {
  std::string text;
  for (const json& problem : ListAt(report, "/problems")) {
    text +=
        fmt::format("<h2>{}</h2>\n<pre>{}</pre>\n", Html(TextAt(problem, "/message")), Html(TextAt(problem, "/error")));
  }
  return text;
}

std::string Row(const json& scenario, std::size_t number) {
  const std::string verdict = TextAt(scenario, "/verdict");
  const std::string text = NameOf(scenario) + " " + TextAt(scenario, "/title") + " " + TextAt(scenario, "/message");
  return fmt::format(
      "<tr data-part=\"s{0}\" data-verdict=\"{1}\" data-text=\"{2}\"><td>{3}</td><td><a href=\"#s{0}\">{4}</a></td>"
      "<td>{5}</td><td class=\"number\" data-value=\"{6:.3f}\">{6:.1f} s</td><td>{7}</td></tr>\n",
      number, Html(verdict), Html(text), VerdictText(verdict), Html(NameOf(scenario)), Html(TextAt(scenario, "/title")),
      SecondsOf(scenario), Html(TextAt(scenario, "/message")));
}

std::string Table(const json& report) {
  std::string rows;
  std::string choices;
  std::map<std::string, int> verdicts;
  std::size_t number = 0;
  for (const json& scenario : ListAt(report, "/scenarios")) {
    ++verdicts[TextAt(scenario, "/verdict")];
    rows += Row(scenario, ++number);
  }
  for (const auto& [name, count] : verdicts)
    choices += fmt::format("<option value=\"{0}\">{0} ({1})</option>", Html(name), count);
  return fmt::format(
      "<h2>Scenarios</h2>\n<div class=\"tools\" id=\"tools\" hidden><label>Search <input id=\"search\" "
      "type=\"search\"></label>"
      "<label>Verdict <select id=\"verdict\"><option value=\"\">all</option>{}</select></label>"
      "<span id=\"shown\" role=\"status\" class=\"quiet\"></span></div>\n<div class=\"wide\"><table "
      "id=\"scenarios\" class=\"stack\"><thead><tr>"
      "<th data-sort>Verdict</th><th data-sort>Scenario</th>"
      "<th data-sort>Title</th><th data-sort class=\"number\">Time</th>"
      "<th>What was wrong</th></tr></thead><tbody>\n{}</tbody></table></div>\n",
      choices, rows);
}

// The steps follow one another, so that the sum of those before is where one begins.
std::string Lane(double start, double seconds, double whole, const std::string& kind) {
  const double scale = whole > 0 ? 100 / whole : 0;
  return fmt::format(
      "<div class=\"lane\" title=\"from {0:.1f} s to {1:.1f} s\"><span class=\"{2}\" "
      "style=\"left:{3:.2f}%;width:{4:.2f}%\"></span></div>",
      start, start + seconds, kind, std::min(start * scale, 99.5), std::min(seconds * scale, 100.0));
}

std::string StepRow(const json& step, double start, double whole) {
  const bool failed = !JsonAt(step, "/error").is_null();
  const std::string receipt = TextAt(step, "/receipt");
  const std::string id = TextAt(step, "/check/id");
  std::string said = Html(failed ? TextAt(step, "/error") : TextAt(step, "/note"));
  if (failed) said = "<pre>" + said + "</pre>";
  if (!id.empty())
    said = fmt::format("<b>{}</b> ({}) {}<br>", Html(id), Html(TextAt(step, "/check/rfc")),
                       Html(TextAt(step, "/check/says"))) +
           said;
  const bool told = TextAt(step, "/note").find(receipt) != std::string::npos;
  if (!receipt.empty() && !told) said += "<br><span class=\"quiet\">receipt:</span> " + Html(receipt);
  return fmt::format("<tr><td>{}</td><td>{}</td><td class=\"number\">{:.2f} s</td><td>{}</td></tr>\n",
                     Html(TextAt(step, "/kind")),
                     Lane(start, SecondsOf(step), whole,
                          failed            ? "fail"
                          : receipt.empty() ? ""
                                            : "fault"),
                     SecondsOf(step), said);
}

// `more` is what is shown before the steps.
std::string Part(const json& scenario, std::size_t number, const std::string& more) {
  const std::string verdict = TextAt(scenario, "/verdict");
  const std::string error = TextAt(scenario, "/error");
  const bool passed = verdict == Name(Verdict::kPass);
  std::string steps;
  double start = 0;
  double whole = 0;
  for (const json& step : ListAt(scenario, "/steps")) whole += SecondsOf(step);
  for (const json& step : ListAt(scenario, "/steps")) {
    steps += StepRow(step, start, whole);
    start += SecondsOf(step);
  }
  std::string text = fmt::format(
      "<details id=\"s{}\"{}><summary>{} <bdi>{}</bdi> <span class=\"quiet\">{:.1f} s, {}</span></summary>\n", number,
      passed ? "" : " open", VerdictText(verdict), Html(NameOf(scenario)), SecondsOf(scenario),
      Html(TextAt(scenario, "/where")));
  if (!error.empty()) text += "<pre>" + Html(error) + "</pre>\n";
  if (const std::string excerpt = TextAt(scenario, "/excerpt"); !excerpt.empty()) {
    text += fmt::format("<p class=\"quiet\">{}</p><pre>{}</pre>\n", Html(TextAt(scenario, "/failure/where")),
                        Html(excerpt));
  }
  if (!passed)
    text += fmt::format("<p>Only this one again:</p><pre>{}</pre>\n", Html(AgainCommand(TextAt(scenario, "/id"))));
  for (const json& note : ListAt(scenario, "/cleanup_errors"))
    text += "<pre>" + Html(note.is_string() ? note.get<std::string>() : "") + "</pre>\n";
  return text + more +
         fmt::format(
             "<p class=\"quiet\">Artifacts: {}</p>\n<table class=\"stack\"><thead><tr><th>Step</th><th>When</th>"
             "<th class=\"number\">Time</th><th>What was "
             "seen</th></tr></thead><tbody>\n{}</tbody></table>\n</details>\n",
             Html(TextAt(scenario, "/artifacts")), steps);
}

std::string Parts(const json& report, const std::vector<json>& events, const std::filesystem::path& folder) {
  std::string text = "<h2>What happened in each</h2>\n";
  std::size_t number = 0;
  EventsOf events_of = ByScenario(events);
  for (const json& scenario : ListAt(report, "/scenarios")) {
    const Timeline timeline = TimelineOf(events_of[{TextAt(scenario, "/id"), IntAt(scenario, "/round", 1)}]);
    text += Part(scenario, ++number, EvidenceHtml(folder, scenario) + HtmlOf(timeline));
  }
  return text;
}

std::string Kills(const json& report) {
  std::string rows;
  for (const json& mutant : ListAt(report, "/sabotage/mutants")) {
    const std::string fate = TextAt(mutant, "/fate");
    rows += fmt::format("<tr><td class=\"verdict {}\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                        fate == "killed" ? "pass" : "fail", Html(fate), Html(TextAt(mutant, "/id")),
                        Html(TextAt(mutant, "/breaks")), Html(TextAt(mutant, "/check")), Html(TextAt(mutant, "/seen")));
  }
  if (rows.empty()) return "";
  return "<h2>Proof by sabotage</h2>\n<div class=\"wide\"><table "
         "class=\"stack\"><thead><tr><th>Fate</th><th>Mutant</th><th>What it "
         "breaks</th>"
         "<th>Check that must notice</th><th>What was seen</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

}  // namespace

std::string PageOf(const json& report, const std::vector<json>& events, const std::filesystem::path& folder) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{} "
      "{}</title>\n<style>\n{}</style></head>\n"
      "<body>\n{}<main>\n{}{}{}{}{}{}{}{}</main>\n<script>\n{}</script>\n</body></html>\n",
      Name(VerdictOf(report)), Html(TextAt(report, "/run")), kPageStyle, Banner(report), ProblemsHtml(report),
      QualificationHtml(JsonAt(report, "/qualification")), Table(report), ComparisonHtml(JsonAt(report, "/compared")),
      Kills(report), SurfaceHtml(JsonAt(report, "/surface")), HtmlOf(TimeSpentOf(events)) + HtmlOf(MeasuresOf(events)),
      Parts(report, events, folder), kPageScript);
}

}  // namespace e2e
