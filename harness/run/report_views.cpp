#include "run/report_views.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "cluster/json_access.h"
#include "run/kill_matrix.h"
#include "run/verdict.h"

namespace e2e {
namespace {

using nlohmann::json;

double SecondsOf(const json& scenario) {
  const json& seconds = JsonAt(scenario, "/seconds");
  return seconds.is_number() ? seconds.get<double>() : 0;
}

std::string ServersOf(const json& scenario) {
  std::vector<std::string> names;
  for (const json& name : ListAt(scenario, "/servers"))
    names.push_back(name.is_string() ? name.get<std::string>() : "");
  return Join(names, ", ");
}

// With the round, when there are several.
std::string NameOf(const json& scenario) {
  const long long round = IntAt(scenario, "/round");
  return TextAt(scenario, "/id") + (round > 1 ? fmt::format(", round {}", round) : "");
}

std::string AttemptsOf(const json& scenario) {
  std::string text;
  int number = 0;
  for (const json& attempt : ListAt(scenario, "/attempts")) {
    text += fmt::format("Attempt {}: {}, artifacts: `{}`  \n", ++number, TextAt(attempt, "/verdict"),
                        TextAt(attempt, "/artifacts"));
  }
  return text;
}

bool Skipped(const json& scenario) {
  const std::string verdict = TextAt(scenario, "/verdict");
  return verdict == Name(Verdict::kSkipped) || verdict == Name(Verdict::kInterrupted);
}
bool Failed(const json& scenario) {
  return !Skipped(scenario) && TextAt(scenario, "/verdict") != Name(Verdict::kPass);
}

// Characters that XML 1.0 does not have at all are left out.
std::string Xml(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\n': escaped += "&#10;"; break;
      case '\t': escaped += "&#9;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) escaped += c;
    }
  }
  return escaped;
}

// "scenarios/a/b.yaml:3:5"
std::pair<std::string, std::string> FileAndLine(const json& scenario) {
  const std::vector<std::string> parts = Split(TextAt(scenario, "/where"), ':');
  return {parts[0], parts.size() > 1 ? parts[1] : "1"};
}

std::string AttemptsProperty(const json& scenario) {
  const std::size_t attempts = ListAt(scenario, "/attempts").size();
  if (attempts == 0) return "";
  return fmt::format(
      "        <property name=\"attempts\" value=\"{}\"/>\n        <property name=\"note\" value=\"{}\"/>\n", attempts,
      Xml(TextAt(scenario, "/note")));
}

std::string CaseName(const json& scenario) {
  const std::string id = TextAt(scenario, "/id");
  const long long round = IntAt(scenario, "/round");
  return CamelCase(id.substr(id.rfind('/') + 1)) + (round > 1 ? fmt::format("/{}", round) : "");
}

std::string Case(const std::string& suite, const json& scenario) {
  const auto [file, line] = FileAndLine(scenario);
  const std::string id = TextAt(scenario, "/id");
  std::string text = fmt::format(
      "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.3f}\">\n"
      "      <properties>\n        <property name=\"scenario\" value=\"{}\"/>\n"
      "        <property name=\"verdict\" value=\"{}\"/>\n{}      </properties>\n",
      CaseName(scenario), suite, Xml(file), line, SecondsOf(scenario), Xml(id), TextAt(scenario, "/verdict"),
      AttemptsProperty(scenario));
  const std::string message = Xml(TextAt(scenario, "/message"));
  if (Failed(scenario)) {
    text += fmt::format("      <failure message=\"{}\">{}</failure>\n", message, Xml(TextAt(scenario, "/error")));
  } else if (Skipped(scenario)) {
    text += fmt::format("      <skipped message=\"{}\"/>\n", message);
  }
  return text + "    </testcase>\n";
}

struct Suite {
  std::string cases;
  int tests = 0, failures = 0, skipped = 0;
  double seconds = 0;

  void Count(const json& scenario) {
    ++tests;
    failures += Failed(scenario) ? 1 : 0;
    skipped += Skipped(scenario) ? 1 : 0;
    seconds += SecondsOf(scenario);
  }
  std::string Attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" skipped=\"{}\" errors=\"0\" time=\"{:.3f}\"", tests, failures,
                       skipped, seconds);
  }
};

// What would end a cell of a table is replaced.
std::string Cell(std::string text) {
  std::replace(text.begin(), text.end(), '|', '/');
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// Every fault with the proof that it happened; empty without one.
std::string ReceiptsOf(const json& report) {
  std::string rows;
  for (const json& scenario : ListAt(report, "/scenarios")) {
    for (const json& step : ListAt(scenario, "/steps")) {
      const std::string receipt = TextAt(step, "/receipt");
      if (receipt.empty()) continue;
      rows += fmt::format("| {} | {} | {} |\n", NameOf(scenario), TextAt(step, "/kind"), Cell(receipt));
    }
  }
  return rows.empty() ? "" : "\n## Receipts of faults\n\n| scenario | fault | receipt |\n|---|---|---|\n" + rows;
}

// A table of all checks; empty when there is none.
std::string ChecksOf(const json& report) {
  std::string rows;
  for (const json& scenario : ListAt(report, "/scenarios")) {
    for (const json& step : ListAt(scenario, "/steps")) {
      const std::string id = TextAt(step, "/check/id");
      if (id.empty()) continue;
      const std::string finding = TextAt(step, "/check/finding");
      const std::string came =
          TextAt(step, "/error").empty() ? (finding.empty() ? "holds" : "known finding") : "FAILED";
      rows += fmt::format("| {} | {} | {} | {} | {} | {} |\n", id, Cell(TextAt(step, "/check/says")),
                          Cell(TextAt(step, "/check/rfc")), came, Cell(finding), NameOf(scenario));
    }
  }
  if (rows.empty()) return "";
  return "\n## Checks\n\n| check | what holds | from | on this server | finding | scenario "
         "|\n|---|---|---|---|---|---|\n" +
         rows;
}

}  // namespace

std::string SummaryOf(const json& report) {
  const std::string standin = TextAt(report, "/standin");
  std::string text = fmt::format(
      "# stalwart-e2e {}\n\nServer: {}, image `{}`  \n{}Kubernetes: {}  \nChart: {}  \nStarted: {}\n\n"
      "| scenario | server | verdict | seconds | what was seen last |\n|---|---|---|---|---|\n",
      TextAt(report, "/run"), TextAt(report, "/server"), TextAt(report, "/server_image"),
      standin.empty() ? "" : fmt::format("Stand-in: {}, image `{}`  \n", standin, TextAt(report, "/standin_image")),
      TextAt(report, "/kubernetes"), TextAt(report, "/chart"), TextAt(report, "/started"));
  for (const json& scenario : ListAt(report, "/scenarios")) {
    const json& steps = ListAt(scenario, "/steps");
    std::string last = TextAt(scenario, "/message");
    if (last.empty() && !steps.empty()) last = TextAt(steps.back(), "/note");
    if (const std::string note = TextAt(scenario, "/note"); !note.empty()) last += " (" + note + ")";
    text += fmt::format("| {} | {} | {} | {:.1f} | {} |\n", NameOf(scenario), ServersOf(scenario),
                        TextAt(scenario, "/verdict"), SecondsOf(scenario), Cell(last));
  }
  text += KillMarkdown(JsonAt(report, "/sabotage")) + ChecksOf(report);
  for (const json& scenario : ListAt(report, "/scenarios")) {
    const std::string error = TextAt(scenario, "/error");
    if (error.empty()) continue;
    text += fmt::format("\n## {}: {}\n\n```\n{}\n```\n\n{}Artifacts: `{}`\n", NameOf(scenario),
                        TextAt(scenario, "/verdict"), error, AttemptsOf(scenario), TextAt(scenario, "/artifacts"));
  }
  return text + ReceiptsOf(report);
}

std::string JunitOf(const json& report) {
  std::map<std::string, Suite> suites;
  Suite all;
  for (const json& scenario : ListAt(report, "/scenarios")) {
    const std::string id = TextAt(scenario, "/id");
    const std::string name = CamelCase(id.substr(0, id.rfind('/')));
    suites[name].cases += Case(name, scenario);
    suites[name].Count(scenario);
    all.Count(scenario);
  }
  std::string text =
      fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {} timestamp=\"{}\" name=\"AllTests\">\n",
                  all.Attributes(), TextAt(report, "/started"));
  for (const auto& [name, suite] : suites) {
    text += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", name, suite.Attributes(), suite.cases);
  }
  return text + "</testsuites>\n";
}

}  // namespace e2e
