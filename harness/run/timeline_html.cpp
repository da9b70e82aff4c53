#include "run/timeline_html.h"

#include <fmt/format.h>

#include <algorithm>

#include "run/html.h"

namespace e2e {
namespace {

constexpr std::size_t kLongestText = 300;
constexpr std::size_t kMostNotable = 40;

std::string When(const TimeMark& mark) {
  return mark.to > mark.from ? fmt::format("{:.1f}–{:.1f} s", mark.from, mark.to) : fmt::format("{:.1f} s", mark.from);
}

std::string Drawn(const TimeMark& mark, double seconds) {
  const double scale = seconds > 0 ? 100 / seconds : 0;
  return fmt::format("<i class=\"{}\" style=\"left:{:.2f}%;width:{:.2f}%\" title=\"{}: {}\"></i>", mark.sort,
                     mark.from * scale, (mark.to - mark.from) * scale, When(mark), Html(mark.text, kLongestText));
}

std::string Row(const TimeLane& lane, double seconds) {
  std::string marks;
  for (const TimeMark& mark : lane.marks) marks += Drawn(mark, seconds);
  const std::string more = lane.left_out > 0 ? fmt::format(" ({} more)", lane.left_out) : "";
  return fmt::format("<div class=\"row\"><div class=\"name\">{}{}</div><div class=\"lane\">{}</div></div>\n",
                     Html(lane.name), more, marks);
}

// Faults, restarts, failures and outages, in the order in which they began.
std::string Notable(const Timeline& timeline) {
  std::vector<std::pair<const TimeMark*, const TimeLane*>> found;
  for (const TimeLane& lane : timeline.lanes) {
    for (const TimeMark& mark : lane.marks) {
      if (mark.sort == "bad" || mark.sort == "odd" || mark.sort == "fault" || mark.sort == "restart")
        found.emplace_back(&mark, &lane);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first->from < b.first->from; });
  std::string items;
  for (std::size_t i = 0; i < found.size() && i < kMostNotable; ++i) {
    const auto& [mark, lane] = found[i];
    items += fmt::format("<li><b>{}</b> {}: {}</li>\n", When(*mark), Html(lane->name), Html(mark->text, kLongestText));
  }
  if (found.size() > kMostNotable) items += fmt::format("<li>{} more</li>\n", found.size() - kMostNotable);
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
      "<i class=\"odd\"></i> in part <i class=\"fault\"></i> fault <i class=\"restart\"></i> restart</span>"
      "</figcaption>\n<div class=\"zoom\" hidden><button type=\"button\" data-zoom=\"2\">Zoom in</button>"
      "<button type=\"button\" data-zoom=\"0.5\">Zoom out</button><output></output></div>\n"
      "<div class=\"lanes\"><div class=\"inner\">\n{}</div></div>\n{}</figure>\n",
      timeline.seconds, rows, Notable(timeline));
}

}  // namespace e2e
