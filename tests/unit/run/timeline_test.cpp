#include "run/timeline.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "run/timeline_html.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// Of one scenario, from 100 s on.
Timeline Drawn(const std::vector<json>& events) {
  std::vector<const json*> of_scenario;
  for (const json& event : events) of_scenario.push_back(&event);
  return TimelineOf(of_scenario);
}

json Port(const std::string& port, const std::string& ended, double from, double until) {
  return {{"event", "port"}, {"t", until}, {"port", port}, {"ended", ended}, {"from", from}, {"until", until}};
}

const json kBegin = {{"event", "scenario.begin"}, {"t", 100.0}};
const json kEnd = {{"event", "scenario.end"}, {"t", 160.0}};

TEST(Timeline, JoinsSamplesThatEndedAlike) {
  const Timeline timeline = Drawn({kBegin, Port("smtp", "good", 101, 101.9), Port("smtp", "good", 102, 102.9),
                                   Port("smtp", "closed", 103, 104), Port("smtp", "good", 104.1, 105), kEnd});
  ASSERT_EQ(timeline.lanes.size(), 1u);
  const std::vector<TimeMark>& marks = timeline.lanes[0].marks;
  ASSERT_EQ(marks.size(), 3u);
  EXPECT_EQ(marks[0].sort, "good");
  EXPECT_DOUBLE_EQ(marks[0].from, 1);
  EXPECT_EQ(marks[1].text, "closed");
}

TEST(Timeline, TellsAnOutageOfSeveralPortsOnce) {
  std::vector<json> events{kBegin};
  for (double at = 110; at < 120; at += 0.5) {
    for (const char* port : {"smtp", "imap"})
      events.push_back(Port(port, at < 115 ? "closed" : "silent", at, at + 0.4));
  }
  for (const char* port : {"smtp", "imap"}) events.push_back(Port(port, "good", 120, 121));
  events.push_back(kEnd);
  const std::string page = HtmlOf(Drawn(events));
  const std::string notices = page.substr(page.find("What stands out"));
  EXPECT_THAT(notices, HasSubstr("ports smtp, imap: closed; silent</li>\n</ol>"));
}

TEST(Timeline, TellsTwoOutagesApart) {
  const std::string page = HtmlOf(Drawn({kBegin, Port("smtp", "closed", 110, 111), Port("smtp", "good", 111.1, 119),
                                         Port("smtp", "closed", 120, 121), Port("smtp", "good", 121.1, 122), kEnd}));
  const std::string notices = page.substr(page.find("What stands out"));
  EXPECT_THAT(notices, HasSubstr("<b>10.0–11.1 s</b> port smtp: closed</li>"));
  EXPECT_THAT(notices, HasSubstr("<b>20.0–21.1 s</b> port smtp: closed</li>"));
}

TEST(Timeline, TellsAFaultByItself) {
  const std::string page =
      HtmlOf(Drawn({kBegin, json{{"event", "fault"}, {"t", 110.0}, {"kind", "fault.kill"}, {"receipt", "<pid 7>"}},
                    Port("smtp", "closed", 110, 111), kEnd}));
  EXPECT_THAT(page, HasSubstr("faults: fault.kill, receipt: &lt;pid 7&gt;</li>"));
  EXPECT_THAT(page, HasSubstr("port smtp: closed</li>"));
}

TEST(Timeline, SaysNothingWhereNothingStandsOut) {
  EXPECT_THAT(HtmlOf(Drawn({kBegin, Port("smtp", "good", 101, 102), kEnd})), Not(HasSubstr("What stands out")));
  EXPECT_EQ(HtmlOf(Drawn({})), "");
}

}  // namespace
}  // namespace e2e
