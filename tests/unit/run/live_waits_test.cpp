#include "run/live_waits.h"

#include <gmock/gmock.h>

#include "base/wait.h"
#include "support/fake_clock.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::Optional;

PendingWait From(int start, const std::string& what = "usable") {
  return {what, "port smtp\nis closed", TimePoint(seconds(start)), TimePoint(seconds(start + 120))};
}

TEST(WaitLines, OnATerminalEveryLookShowsTheTimeAndTheEndClearsTheLine) {
  WaitLines lines(true, "smoke/ports");
  EXPECT_EQ(lines.Due(TimePoint(seconds(100))), std::nullopt);
  lines.Pending(From(100));
  EXPECT_THAT(lines.Due(TimePoint(seconds(101))),
              Optional(std::string("smoke/ports: waiting for usable because port smtp is closed (1 s of 120 s)")));
  EXPECT_THAT(lines.Due(TimePoint(seconds(112)), 62),
              Optional(std::string("smoke/ports: usable: port smtp is closed (12 s of 120 s)")));
  EXPECT_THAT(lines.Due(TimePoint(seconds(112)), 3), Optional(std::string("... (12 s of 120 s)")));
  lines.Pending(From(100, "usable release after install"));
  EXPECT_THAT(lines.Due(TimePoint(seconds(112)), 50),
              Optional(std::string("smoke/ports: usable r...: port ... (12 s of 120 s)")));
  lines.Over();
  EXPECT_THAT(lines.Due(TimePoint(seconds(113))), Optional(std::string()));
  EXPECT_EQ(lines.Due(TimePoint(seconds(114))), std::nullopt);
}

TEST(WaitLines, ElsewhereALongWaitIsToldNowAndThen) {
  WaitLines lines(false, "smoke/ports");
  lines.Pending(From(100));
  std::vector<int> told;
  for (int at = 100; at < 180; ++at) {
    const auto line = lines.Due(TimePoint(seconds(at)), 10);
    if (!line) continue;
    told.push_back(at);
    EXPECT_THAT(*line, testing::StartsWith("waiting for usable because port smtp is closed ("));
  }
  EXPECT_THAT(told, ElementsAre(115, 145, 175));
  lines.Over();
  EXPECT_EQ(lines.Due(TimePoint(seconds(181))), std::nullopt);
  lines.Pending(From(182));
  EXPECT_EQ(lines.Due(TimePoint(seconds(196))), std::nullopt) << "another wait, and a short one";
  EXPECT_TRUE(lines.Due(TimePoint(seconds(197))));
}

class RecordingWatcher : public WaitWatcher {
 public:
  void Pending(const PendingWait& wait) override { seen.push_back(wait.what + ": " + wait.reason); }
  void Over() override { seen.push_back("over"); }
  std::vector<std::string> seen;
};

TEST(WaitWatcher, LearnsOfTheWaitsOfItsThread) {
  FakeClock clock;
  int looks = 0;
  const auto third = [&]() -> Outcome<Probe> {
    return ++looks == 3 ? Probe::Ready() : Probe::Pending("look " + std::to_string(looks));
  };
  RecordingWatcher watcher;
  {
    const WatchThisThread watch(watcher);
    EXPECT_THAT(WaitUntil(clock, "the third", Deadline::In(clock, Duration(10'000)), {}, third), Succeeds());
  }
  EXPECT_THAT(watcher.seen, ElementsAre("the third: look 1", "the third: look 2", "over"));
  looks = 0;
  EXPECT_THAT(WaitUntil(clock, "the third", Deadline::In(clock, Duration(10'000)), {}, third), Succeeds());
  EXPECT_EQ(watcher.seen.size(), 3u) << "it is no longer watched";
}

}  // namespace
}  // namespace e2e
