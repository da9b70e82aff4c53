#include "steps/ack_events.h"

#include <gmock/gmock.h>

#include "support/kept_events.h"

namespace e2e {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using testing::IsEmpty;

TimePoint At(int ms) {
  return TimePoint(milliseconds(ms));
}

TEST(AckEvents, TellWhatCameSinceTheTimeBeforeAtMostOnceASecond) {
  KeptEvents kept;
  AckEvents events(kept, "t", "smtp");
  AckCounts counts;
  for (int at = 1000; at < 3000; at += 100) {
    ++counts.acknowledged;
    events.Count(counts, At(at));
  }
  counts.refused = 2;
  counts.unknown = 1;
  counts.unreachable = 3;
  events.End(counts, At(3000));
  events.End(counts, At(3100));
  ASSERT_EQ(kept.all.size(), 2u);
  EXPECT_EQ(kept.all[0], json::parse(R"({"event": "mail", "traffic": "t", "protocol": "smtp", "acknowledged": 11,
                                         "refused": 0, "unknown": 0, "unreachable": 0, "from": 1.0})"));
  EXPECT_EQ(kept.all[1], json::parse(R"({"event": "mail", "traffic": "t", "protocol": "smtp", "acknowledged": 9,
                                         "refused": 2, "unknown": 1, "unreachable": 3, "from": 2.0})"));
}

TEST(AckEvents, TellHowLongItTookWhenAllIsOver) {
  KeptEvents kept;
  {
    AckEvents events(kept, "t", "changes");
    for (const int took : {0, 1, 2, 3, 4, 900}) events.Took(Duration(took));
    EXPECT_THAT(kept.all, IsEmpty());
  }
  ASSERT_EQ(kept.all.size(), 1u);
  EXPECT_EQ(kept.all[0], json::parse(R"({"event": "latency", "of": "changes acknowledgement",
      "classes": [{"upto": 0.001, "count": 2}, {"upto": 0.002, "count": 1}, {"upto": 0.004, "count": 2}, {"upto": 1.024, "count": 1}]})"));
}

TEST(AckEvents, TellNothingOfNothing) {
  KeptEvents kept;
  {
    AckEvents events(kept, "t", "smtp");
    events.Count({}, At(0));
    events.End({}, At(5000));
  }
  EXPECT_THAT(kept.all, IsEmpty());
}

}  // namespace
}  // namespace e2e
