#include "run/junit.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <vector>

#include "base/text.h"
#include "cluster/json_access.h"
#include "run/again_command.h"
#include "run/record_fields.h"
#include "run/verdict.h"

namespace e2e {
namespace {

using nlohmann::json;

// Characters that XML 1.0 does not have at all are left out: those of control, and U+FFFE and U+FFFF.
std::string Xml(std::string_view text) {
  std::string escaped;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view three = text.substr(at, 3);
    if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") {
      at += 2;
      continue;
    }
    switch (const char c = text[at]) {
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

enum class Ending { kPassed, kFailed, kBroken, kSkipped };

Ending EndingOf(const std::string& verdict) {
  switch (VerdictNamed(verdict).value_or(Verdict::kInconclusive)) {
    case Verdict::kPass: return Ending::kPassed;
    case Verdict::kSkipped:
    case Verdict::kInterrupted: return Ending::kSkipped;
    case Verdict::kFail:
    case Verdict::kFlaky: return Ending::kFailed;
    case Verdict::kInfra:
    case Verdict::kInconclusive: break;
  }
  return Ending::kBroken;
}

struct Case {
  std::string name;
  std::string suite;
  std::string where;  // "scenarios/a/b.yaml:3:5"
  double seconds = 0;
  std::string verdict;
  std::string message;  // a line
  std::string text;     // the whole of it
  std::vector<std::pair<std::string, std::string>> properties;
};

std::string PropertiesOf(const Case& one) {
  std::string text;
  for (const auto& [name, value] : one.properties) {
    if (!value.empty()) text += fmt::format("        <property name=\"{}\" value=\"{}\"/>\n", name, Xml(value));
  }
  return text.empty() ? "" : fmt::format("      <properties>\n{}      </properties>\n", text);
}

std::string ElementOf(const Case& one) {
  const std::vector<std::string> place = Split(one.where, ':');
  const auto line = ParseInt(place.size() > 1 ? place[1] : "");
  std::string text =
      fmt::format("    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.3f}\">\n{}",
                  Xml(one.name), Xml(one.suite), Xml(place[0]), line.value_or(1), one.seconds, PropertiesOf(one));
  const auto add = [&](const char* element) {
    text += fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", element, Xml(one.verdict),
                        Xml(one.message), Xml(one.text));
  };
  switch (EndingOf(one.verdict)) {
    case Ending::kPassed: break;
    case Ending::kFailed: add("failure"); break;
    case Ending::kBroken: add("error"); break;
    case Ending::kSkipped: text += fmt::format("      <skipped message=\"{}\"/>\n", Xml(one.message)); break;
  }
  return text + "    </testcase>\n";
}

struct Suite {
  std::string cases;
  int tests = 0, failures = 0, errors = 0, skipped = 0;
  double seconds = 0;

  void Add(const Case& one, bool within_another = false) {
    const Ending ending = EndingOf(one.verdict);
    cases += ElementOf(one);
    ++tests;
    failures += ending == Ending::kFailed ? 1 : 0;
    errors += ending == Ending::kBroken ? 1 : 0;
    skipped += ending == Ending::kSkipped ? 1 : 0;
    if (!within_another) seconds += one.seconds;
  }
  void Add(const Suite& suite) {
    tests += suite.tests;
    failures += suite.failures;
    errors += suite.errors;
    skipped += suite.skipped;
    seconds += suite.seconds;
  }
  std::string Attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"", tests, failures,
                       errors, skipped, seconds);
  }
};

std::string Joined(const json& names) {
  std::vector<std::string> words;
  for (const json& name : names) words.push_back(name.is_string() ? name.get<std::string>() : "");
  return Join(words, ", ");
}

Case CaseOf(const std::string& suite, const json& scenario) {
  const std::string id = TextAt(scenario, "/id");
  const long long round = IntAt(scenario, "/round");
  const std::size_t attempts = ListAt(scenario, "/attempts").size();
  const std::string artifacts = TextAt(scenario, "/artifacts");
  Case one{.name = CamelCase(id.substr(id.rfind('/') + 1)) + (round > 1 ? fmt::format("/{}", round) : ""),
           .suite = suite,
           .where = TextAt(scenario, "/where"),
           .seconds = SecondsOf(scenario),
           .verdict = TextAt(scenario, "/verdict"),
           .message = TextAt(scenario, "/message"),
           .text = TextAt(scenario, "/error"),
           .properties = {{"scenario", id},
                          {"title", TextAt(scenario, "/title")},
                          {"servers", Joined(ListAt(scenario, "/servers"))},
                          {"verdict", TextAt(scenario, "/verdict")},
                          {"artifacts", artifacts},
                          {"attempts", attempts > 0 ? std::to_string(attempts) : ""},
                          {"note", TextAt(scenario, "/note")}}};
  if (!artifacts.empty()) one.text += "\nartifacts: " + artifacts;
  one.text += "\nonly this one again: " + AgainCommand(id);
  return one;
}

// The case of a check stands under that of its scenario.
Case CheckOf(const Case& scenario, const json& step) {
  const std::string error = TextAt(step, "/error");
  return {.name = TextAt(step, "/check/id"),
          .suite = scenario.suite + "." + scenario.name,
          .where = TextAt(step, "/where"),
          .seconds = SecondsOf(step),
          .verdict = std::string(Name(error.empty() ? Verdict::kPass : Verdict::kFail)),
          .message = TextAt(step, "/failure/message"),
          .text = error,
          .properties = {{"says", TextAt(step, "/check/says")},
                         {"rfc", TextAt(step, "/check/rfc")},
                         {"finding", TextAt(step, "/check/finding")}}};
}

Case ProblemOf(const json& problem) {
  return {.name = TextAt(problem, "/what"),
          .suite = "Run",
          .verdict = TextAt(problem, "/verdict"),
          .message = TextAt(problem, "/message"),
          .text = TextAt(problem, "/error")};
}

}  // namespace

std::string JunitOf(const json& report) {
  std::map<std::string, Suite> suites;
  for (const json& problem : ListAt(report, "/problems")) suites["Run"].Add(ProblemOf(problem));
  for (const json& scenario : ListAt(report, "/scenarios")) {
    const std::string id = TextAt(scenario, "/id");
    const std::string name = CamelCase(id.substr(0, id.rfind('/')));
    const Case one = CaseOf(name, scenario);
    suites[name].Add(one);
    for (const json& step : ListAt(scenario, "/steps")) {
      if (!TextAt(step, "/check/id").empty()) suites[name].Add(CheckOf(one, step), /*within_another=*/true);
    }
  }
  Suite all;
  std::string text;
  const std::string started = Xml(TextAt(report, "/started"));
  for (const auto& [name, suite] : suites) {
    all.Add(suite);
    text += fmt::format("  <testsuite name=\"{}\" {}{}>\n{}  </testsuite>\n", Xml(name), suite.Attributes(),
                        started.empty() ? "" : fmt::format(" timestamp=\"{}\"", started), suite.cases);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"stalwart-e2e\" {}>\n{}</testsuites>\n",
      all.Attributes(), text);
}

}  // namespace e2e
