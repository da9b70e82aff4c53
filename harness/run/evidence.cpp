#include "run/evidence.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/percent.h"
#include "base/text.h"
#include "cluster/json_access.h"
#include "run/html.h"
#include "run/verdict.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr std::size_t kTailLines = 25;
// Of one file, so that a page of 100 failures stays small; a longer end is cut at its front.
constexpr std::streamoff kLongestTail = 4'000;
constexpr std::size_t kMostFiles = 40;

// What tells most comes first; the end of these is part of the page.
std::size_t Rank(const std::string& name) {
  constexpr std::string_view kTelling[] = {"diagnostics/summary.txt", "diagnostics/events.txt", "diagnostics/logs/",
                                           "scenario.log", "transcript.txt"};
  std::size_t rank = 0;
  while (rank < std::size(kTelling) && !name.starts_with(kTelling[rank])) ++rank;
  return rank;
}
constexpr std::size_t kLastTold = 4;

// Names below `place`, those that tell most first.
std::vector<std::string> FilesOf(const fs::path& place) {
  std::vector<std::string> names;
  std::error_code code;
  for (fs::recursive_directory_iterator it(place, code), end; !code && it != end; it.increment(code)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored)) names.push_back(it->path().lexically_relative(place).generic_string());
  }
  std::sort(names.begin(), names.end(),
            [](const std::string& a, const std::string& b) { return std::pair(Rank(a), a) < std::pair(Rank(b), b); });
  return names;
}

std::string TailOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  const std::streamoff size = in.tellg();
  if (!in || size <= 0) return "";
  in.seekg(std::max<std::streamoff>(0, size - kLongestTail));
  std::string text{std::istreambuf_iterator<char>(in), {}};
  // Half a line at the front says nothing.
  if (size > kLongestTail) text.erase(0, std::min(text.size(), text.find('\n') + 1));
  return Tail(text, kTailLines);
}

}  // namespace

std::string EvidenceHtml(const fs::path& folder, const json& scenario) {
  if (TextAt(scenario, "/verdict") == Name(Verdict::kPass)) return "";
  // The run's folder may have been moved since.
  const fs::path below = fs::path("scenarios") / fs::path(TextAt(scenario, "/artifacts")).filename();
  const std::vector<std::string> names = FilesOf(folder / below);
  if (names.empty()) return "";
  std::string links, tails;
  for (std::size_t i = 0; i < names.size() && i < kMostFiles; ++i) {
    const std::string link = PercentEncode((below / names[i]).generic_string(), "/");
    links += fmt::format("<li><a href=\"{}\">{}</a></li>\n", link, Html(names[i]));
    const std::string tail = Rank(names[i]) <= kLastTold ? TailOf(folder / below / names[i]) : "";
    if (!tail.empty()) {
      tails += fmt::format("<details><summary>The end of {}</summary>\n<pre>{}</pre></details>\n", Html(names[i]),
                           Html(tail));
    }
  }
  if (names.size() > kMostFiles) links += fmt::format("<li>{} more</li>\n", names.size() - kMostFiles);
  return fmt::format(
      "<p class=\"quiet\">Evidence:</p>\n{}<details><summary>All files, beside this "
      "page</summary>\n<ul>\n{}</ul></details>\n",
      tails, links);
}

}  // namespace e2e
