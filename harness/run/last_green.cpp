#include "run/last_green.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

#include "base/text.h"
#include "cluster/json_access.h"
#include "run/html.h"
#include "run/record_fields.h"
#include "run/recorded_run.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

// Below both, a difference is noise.
constexpr double kMuchLonger = 1.5, kLongerBy = 5;
constexpr std::size_t kMostSlower = 10, kMostNames = 10;
constexpr std::pair<const char*, const char*> kUnderTest[] = {
    {"Server", "/server"},           {"Image", "/server_image"},    {"Stand-in", "/standin"},
    {"Its image", "/standin_image"}, {"Kubernetes", "/kubernetes"}, {"Chart", "/chart"}};

bool SamePurpose(const json& a, const json& b) {
  const auto same = [&](const char* part) { return JsonAt(a, part).is_null() == JsonAt(b, part).is_null(); };
  return same("/surface") && same("/qualification");
}

bool IsGreen(const json& record) {
  return !ListAt(record, "/scenarios").empty() && VerdictOf(record) == Verdict::kPass;
}

json LastGreen(const fs::path& given, const json& record) {
  std::vector<fs::path> before;
  std::error_code code;
  // It may be the link to the latest one.
  const fs::path folder = fs::weakly_canonical(given, code);
  for (fs::directory_iterator it(folder.parent_path(), code), end; !code && it != end; it.increment(code)) {
    if (!it->is_symlink(code) && it->path().filename() < folder.filename()) before.push_back(it->path());
  }
  // A run's id begins with its date and time.
  std::sort(before.begin(), before.end(), std::greater<>());
  for (const fs::path& run : before) {
    auto read = ReadRecord(run);
    if (read && IsGreen(*read) && SamePurpose(*read, record)) return std::move(read).value();
  }
  return {};
}

std::map<std::string, const json*> ByName(const json& record) {
  std::map<std::string, const json*> scenarios;
  for (const json& scenario : ListAt(record, "/scenarios")) scenarios[NameOf(scenario)] = &scenario;
  return scenarios;
}

json Differences(const json& green, const json& record) {
  json list = json::array();
  for (const auto& [what, field] : kUnderTest) {
    const std::string before = TextAt(green, field), now = TextAt(record, field);
    if (before != now) list.push_back({{"what", what}, {"before", before}, {"now", now}});
  }
  return list;
}

json Slower(std::vector<json> all) {
  const auto factor = [](const json& one) { return NumberAt(one, "/now") / std::max(0.1, NumberAt(one, "/before")); };
  std::stable_sort(all.begin(), all.end(), [&](const json& a, const json& b) { return factor(a) > factor(b); });
  all.resize(std::min(all.size(), kMostSlower));
  return all;
}

std::string OrNone(const std::string& text) {
  return text.empty() ? "none" : text;
}

std::string Names(std::vector<std::string> names) {
  const std::size_t more = names.size() - std::min(names.size(), kMostNames);
  names.resize(names.size() - more);
  return Join(names, ", ") + (more > 0 ? fmt::format(" and {} more", more) : "");
}

std::vector<std::string> Sentences(const json& compared) {
  std::vector<std::string> lines;
  for (const json& one : ListAt(compared, "/under_test")) {
    lines.push_back(fmt::format("{}: {} now, {} then", TextAt(one, "/what"), OrNone(TextAt(one, "/now")),
                                OrNone(TextAt(one, "/before"))));
  }
  if (lines.empty()) lines.emplace_back("What was under test has the same names and versions");
  const auto list = [&](const char* field, const char* says) {
    const std::vector<std::string> names = TextsOf(ListAt(compared, field));
    if (!names.empty()) lines.push_back(fmt::format("{}: {}", says, Names(names)));
  };
  list("/failed", "Passed then and do not now");
  list("/added", "Not run then");
  list("/gone", "Not run now");
  for (const json& one : ListAt(compared, "/slower")) {
    lines.push_back(fmt::format("{} took {:.1f} s, then {:.1f} s", TextAt(one, "/scenario"), NumberAt(one, "/now"),
                                NumberAt(one, "/before")));
  }
  return lines;
}

std::string Heading(const json& compared) {
  return fmt::format("Against the last green run, {} of {}", TextAt(compared, "/run"), TextAt(compared, "/started"));
}

}  // namespace

json CompareWithLastGreen(const fs::path& folder, const json& record) {
  const json green = LastGreen(folder, record);
  if (green.is_null()) return green;
  const auto before = ByName(green), now = ByName(record);
  json compared = {{"run", TextAt(green, "/run")},
                   {"started", TextAt(green, "/started")},
                   {"under_test", Differences(green, record)},
                   {"failed", json::array()},
                   {"added", json::array()},
                   {"gone", json::array()}};
  std::vector<json> slower;
  for (const auto& [name, scenario] : now) {
    const auto then = before.find(name);
    if (then == before.end()) {
      compared["added"].push_back(name);
      continue;
    }
    if (TextAt(*scenario, "/verdict") != Name(Verdict::kPass)) compared["failed"].push_back(name);
    const double seconds = SecondsOf(*scenario), earlier = SecondsOf(*then->second);
    if (seconds > kMuchLonger * earlier && seconds > earlier + kLongerBy)
      slower.push_back({{"scenario", name}, {"before", earlier}, {"now", seconds}});
  }
  for (const auto& [name, scenario] : before) {
    if (!now.contains(name)) compared["gone"].push_back(name);
  }
  compared["slower"] = Slower(std::move(slower));
  return compared;
}

std::string ComparisonMarkdown(const json& compared) {
  if (!compared.is_object()) return "";
  return fmt::format("\n## {}\n\n- {}\n", Heading(compared), Join(Sentences(compared), "\n- "));
}

std::string ComparisonHtml(const json& compared) {
  if (!compared.is_object()) return "";
  std::string items;
  for (const std::string& line : Sentences(compared)) items += "<li>" + Html(line) + "</li>\n";
  return fmt::format("<h2>{}</h2>\n<ul>\n{}</ul>\n", Html(Heading(compared)), items);
}

}  // namespace e2e
