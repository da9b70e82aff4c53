#include "run/timeline_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "run/html.h"

namespace e2e {
namespace {

constexpr std::size_t kLongestText = 300;
constexpr std::size_t kMostNotable = 40;
// Marks that are not further apart are told together.
constexpr double kOneStory = 2;
constexpr std::string_view kPort = "port ";

std::string When(double from, double to) {
  return to > from ? fmt::format("{:.1f}–{:.1f} s", from, to) : fmt::format("{:.1f} s", from);
}

std::string Drawn(const TimeMark& mark, double seconds) {
  const double scale = seconds > 0 ? 100 / seconds : 0;
  return fmt::format("<i class=\"{}\" style=\"left:{:.2f}%;width:{:.2f}%\" title=\"{}: {}\"></i>", mark.sort,
                     mark.from * scale, (mark.to - mark.from) * scale, When(mark.from, mark.to),
                     Html(mark.text, kLongestText));
}

std::string Row(const TimeLane& lane, double seconds) {
  std::string marks;
  for (const TimeMark& mark : lane.marks) marks += Drawn(mark, seconds);
  const std::string more = lane.left_out > 0 ? fmt::format(" ({} more)", lane.left_out) : "";
  return fmt::format("<div class=\"row\"><div class=\"name\">{}{}</div><div class=\"lane\">{}</div></div>\n",
                     Html(lane.name), more, marks);
}

bool StandsOut(const TimeMark& mark) {
  return mark.sort == "bad" || mark.sort == "odd" || mark.sort == "fault" || mark.sort == "restart";
}

// Marks of one sort that follow one another, or are on lanes of ports at the same time.
struct Notice {
  double from, to;
  std::string sort, kind;
  std::vector<std::string> lanes, texts;

  bool Takes(const TimeMark& mark, const std::string& lane_kind) const {
    return sort == mark.sort && kind == lane_kind && mark.from <= to + kOneStory;
  }
};

void AddNew(std::vector<std::string>& words, const std::string& word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
}

std::vector<Notice> NoticesOf(const Timeline& timeline) {
  std::vector<std::pair<const TimeMark*, const TimeLane*>> found;
  for (const TimeLane& lane : timeline.lanes) {
    for (const TimeMark& mark : lane.marks) {
      if (StandsOut(mark)) found.emplace_back(&mark, &lane);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first->from < b.first->from; });
  std::vector<Notice> notices;
  for (const auto& [mark, lane] : found) {
    const bool of_port = lane->name.starts_with(kPort);
    const std::string kind = of_port ? std::string(kPort) : lane->name;
    auto at = std::find_if(notices.rbegin(), notices.rend(),
                           [&, mark = mark](const Notice& notice) { return notice.Takes(*mark, kind); });
    if (at == notices.rend()) {
      notices.push_back({mark->from, mark->to, mark->sort, kind, {}, {}});
      at = notices.rbegin();
    }
    at->to = std::max(at->to, mark->to);
    AddNew(at->lanes, of_port ? lane->name.substr(kPort.size()) : lane->name);
    AddNew(at->texts, mark->text);
  }
  return notices;
}

// Faults, restarts, failures and outages, in the order in which they began.
std::string Notable(const Timeline& timeline) {
  const std::vector<Notice> notices = NoticesOf(timeline);
  std::string items;
  for (std::size_t i = 0; i < notices.size() && i < kMostNotable; ++i) {
    const Notice& notice = notices[i];
    const std::string before = notice.kind != kPort ? "" : notice.lanes.size() > 1 ? "ports " : "port ";
    const std::string lanes = before + Join(notice.lanes, ", ");
    items += fmt::format("<li><b>{}</b> {}: {}</li>\n", When(notice.from, notice.to), Html(lanes),
                         Html(Join(notice.texts, "; "), kLongestText));
  }
  if (notices.size() > kMostNotable) items += fmt::format("<li>{} more</li>\n", notices.size() - kMostNotable);
  return items.empty() ? "" : "<p class=\"quiet\">What stands out:</p>\n<ol>\n" + items + "</ol>\n";
}

}  // namespace

std::string HtmlOf(const Timeline& timeline) {
  if (timeline.lanes.empty()) return "";
  std::string rows;
  for (const TimeLane& lane : timeline.lanes) rows += Row(lane, timeline.seconds);
  return fmt::format(
      "<figure class=\"time\"><figcaption>Time line of {:.1f} s <span class=\"key\"><i class=\"good\"></i> fine "
      "<i class=\"wait\"></i> waiting, not ready <i class=\"bad\"></i> failed, away <i class=\"ending\"></i> ending "
      "<i class=\"odd\"></i> in part <i class=\"fault\"></i> fault <i class=\"restart\"></i> restart <i "
      "class=\"note\"></i> told</span>"
      "</figcaption>\n<div class=\"zoom\" hidden><button type=\"button\" data-zoom=\"2\">Zoom in</button>"
      "<button type=\"button\" data-zoom=\"0.5\">Zoom out</button><output></output></div>\n"
      "<div class=\"lanes\"><div class=\"inner\">\n{}</div></div>\n{}</figure>\n",
      timeline.seconds, rows, Notable(timeline));
}

}  // namespace e2e
