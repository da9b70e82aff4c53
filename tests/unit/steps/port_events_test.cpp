#include "steps/port_events.h"

#include <gmock/gmock.h>

#include "support/kept_events.h"

namespace e2e {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

const std::vector<SampledPort> kPorts = {{.name = "smtp", .endpoint = {}, .greeting = "220"},
                                         {.name = "http", .endpoint = {}, .greeting = "HTTP", .request = "GET"}};

Sample At(int begun_ms, SampleEnd end, int took_ms, std::size_t port = 0) {
  return {port, TimePoint(milliseconds(begun_ms)), Duration(took_ms), end};
}

TEST(PortEvents, TellOneSpanForSamplesThatEndAlike) {
  KeptEvents kept;
  {
    PortEvents events(kept, kPorts);
    for (int at = 1000; at < 1500; at += 100) events.Add(At(at, SampleEnd::kGood, at == 1200 ? 7 : 1));
    events.Add(At(1600, SampleEnd::kRefused, 0));
    events.Add(At(1500, SampleEnd::kRefused, 2000));  // it hung, and ended after the one behind it
  }
  ASSERT_EQ(kept.all.size(), 3u);
  EXPECT_EQ(kept.all[0], json::parse(R"({"event": "port", "port": "smtp", "ended": "good", "samples": 5, "from": 1.0,
                                         "until": 1.4, "slowest": 0.007})"));
  EXPECT_EQ(kept.all[1], json::parse(R"({"event": "port", "port": "smtp", "ended": "refused", "samples": 2, "from": 1.5,
                                         "until": 1.6, "slowest": 2.0})"));
  EXPECT_EQ(kept.all[2], json::parse(R"({"event": "latency", "of": "smtp greeting",
                                         "classes": [{"upto": 0.001, "count": 4}, {"upto": 0.008, "count": 1}]})"))
      << "what was refused took no time that counts";
}

TEST(PortEvents, TellASpanAtLeastOnceASecond) {
  KeptEvents kept;
  PortEvents events(kept, kPorts);
  for (int at = 0; at <= 2500; at += 500) events.Add(At(at, SampleEnd::kGood, 1, 1));
  ASSERT_EQ(kept.all.size(), 2u);
  EXPECT_EQ(kept.all[1]["from"], 1.0);
  EXPECT_EQ(kept.all[1]["until"], 1.5);
}

TEST(PortEvents, CallWhatFollowsARequestAnAnswer) {
  KeptEvents kept;
  { PortEvents(kept, kPorts).Add(At(0, SampleEnd::kGood, 0, 1)); }
  ASSERT_EQ(kept.all.size(), 2u);
  EXPECT_EQ(kept.all[1]["of"], "http answer");
}

}  // namespace
}  // namespace e2e
