#include "base/clock.h"

#include <gtest/gtest.h>

#include "base/interrupt.h"
#include "support/fake_clock.h"

namespace e2e {
namespace {

TEST(DurationText, PicksTheUnitThatReadsBest) {
  EXPECT_EQ(Text(Duration(0)), "0ms");
  EXPECT_EQ(Text(Duration(999)), "999ms");
  EXPECT_EQ(Text(Duration(1000)), "1.0s");
  EXPECT_EQ(Text(Duration(4250)), "4.2s");
  EXPECT_EQ(Text(Duration(59'999)), "59.9s");
  EXPECT_EQ(Text(Duration(60'000)), "1m00s");
  EXPECT_EQ(Text(Duration(63'900)), "1m03s");
  EXPECT_EQ(Text(Duration(7'384'000)), "123m04s");
}

TEST(Rfc3339, IsUtcWithMilliseconds) {
  EXPECT_EQ(Rfc3339(WallTime{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(Rfc3339(WallTime(std::chrono::milliseconds(1'795'487'400'123))), "2026-11-24T02:30:00.123Z");
}

TEST(Deadline, IsAnAbsolutePoint) {
  FakeClock clock;
  const Deadline deadline = Deadline::In(clock, Duration(100));
  EXPECT_EQ(deadline.Left(clock), Duration(100));
  EXPECT_FALSE(deadline.Passed(clock));
  clock.Advance(Duration(99));
  EXPECT_EQ(deadline.Left(clock), Duration(1));
  EXPECT_FALSE(deadline.Passed(clock));
  clock.Advance(Duration(1));
  EXPECT_TRUE(deadline.Passed(clock));
  clock.Advance(Duration(50));
  EXPECT_EQ(deadline.Left(clock), Duration(0));
}

TEST(Deadline, MinIsTheEarlierOne) {
  FakeClock clock;
  const Deadline soon = Deadline::In(clock, Duration(1));
  const Deadline late = soon.Plus(Duration(5));
  EXPECT_EQ(late.Left(clock), Duration(6));
  EXPECT_EQ(Deadline::Min(soon, late).at(), soon.at());
  EXPECT_EQ(Deadline::Min(late, soon).at(), soon.at());
}

TEST(SystemClock, SleepsUntilThePointAndNotAtAllForAPastOne) {
  const Interrupt interrupt;
  SystemClock clock(interrupt);
  const TimePoint until = clock.Now() + Duration(5);
  EXPECT_TRUE(clock.SleepUntil(until));
  EXPECT_GE(clock.Now(), until);
  EXPECT_TRUE(clock.SleepUntil(clock.Now() - Duration(1000)));
}

TEST(SystemClock, AnInterruptEndsTheSleep) {
  Interrupt interrupt;
  SystemClock clock(interrupt);
  interrupt.Request();
  const TimePoint until = clock.Now() + std::chrono::hours(1);
  EXPECT_FALSE(clock.SleepUntil(until));
  EXPECT_LT(clock.Now(), until);
}

}  // namespace
}  // namespace e2e
