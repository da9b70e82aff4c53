#include "base/wait.h"

#include <gmock/gmock.h>

#include <utility>
#include <vector>

#include "support/fake_clock.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class WaitTest : public testing::Test {
 protected:
  // The n-th answer, the last one for ever.
  Status Wait(std::vector<Outcome<Probe>> answers, Duration limit = Duration(10'000), WaitOptions options = {}) {
    return WaitUntil(clock_, "the pod", Deadline::In(clock_, limit), options, [&, answers]() -> Outcome<Probe> {
      times_.push_back(clock_.Elapsed());
      return answers[std::min(times_.size(), answers.size()) - 1];
    });
  }

  FakeClock clock_;
  std::vector<Duration> times_;
};

TEST_F(WaitTest, WhatIsReadyTakesNoTime) {
  EXPECT_THAT(Wait({Probe::Ready()}), Succeeds());
  EXPECT_EQ(times_.size(), 1u);
  EXPECT_EQ(clock_.sleeps, 0);
}

TEST_F(WaitTest, ProbesAtTheIntervalUntilReady) {
  EXPECT_THAT(Wait({Probe::Pending("a"), Probe::Pending("b"), Probe::Ready()}), Succeeds());
  EXPECT_THAT(times_, ElementsAre(Duration(0), Duration(1000), Duration(2000)));
}

TEST_F(WaitTest, AnotherIntervalIsObeyed) {
  EXPECT_THAT(Wait({Probe::Pending("a"), Probe::Ready()}, Duration(10'000), {.interval = Duration(250)}), Succeeds());
  EXPECT_THAT(times_, ElementsAre(Duration(0), Duration(250)));
}

TEST_F(WaitTest, ProbesOnceMoreAtTheDeadlineAndNotAfter) {
  EXPECT_THAT(Wait({Probe::Pending("no")}, Duration(2500)), FailsWith(ErrorKind::kTimeout, HasSubstr("the pod")));
  EXPECT_THAT(times_, ElementsAre(Duration(0), Duration(1000), Duration(2000), Duration(2500)));
}

TEST_F(WaitTest, TheProbeAtTheDeadlineMayStillSucceed) {
  EXPECT_THAT(Wait({Probe::Pending("a"), Probe::Ready()}, Duration(500)), Succeeds());
  EXPECT_THAT(times_, ElementsAre(Duration(0), Duration(500)));
}

TEST_F(WaitTest, ADeadlineThatHasPassedStillGetsOneProbe) {
  EXPECT_THAT(Wait({Probe::Pending("no")}, Duration(0)), FailsWith(ErrorKind::kTimeout, HasSubstr("1 probes): no")));
  EXPECT_EQ(times_.size(), 1u);
  EXPECT_EQ(clock_.sleeps, 0);
}

TEST_F(WaitTest, TheTimeoutTellsTimeProbesAndReasons) {
  const Status waited =
      Wait({Probe::Pending("no pod"), Probe::Pending("no pod"), Probe::Pending("pulling")}, Duration(3000));
  EXPECT_THAT(waited, FailsWith(ErrorKind::kTimeout,
                                "the pod not reached within 3.0s (limit 3.0s, 4 probes): pulling\n"
                                "    after 0ms: no pod\n"
                                "    after 2.0s: pulling"));
}

TEST_F(WaitTest, KeepsTheLastSixReasonsOnly) {
  std::vector<Outcome<Probe>> answers;
  for (char c = 'a'; c <= 'h'; ++c) answers.push_back(Probe::Pending(std::string("reason ") + c));
  EXPECT_THAT(Wait(answers, Duration(7000)),
              FailsWith(ErrorKind::kTimeout, AllOf(Not(HasSubstr("reason b")), HasSubstr("after 2.0s: reason c"),
                                                   HasSubstr("after 7.0s: reason h"))));
}

TEST_F(WaitTest, AnErrorEndsItAtOnceWithItsOwnKind) {
  EXPECT_THAT(Wait({Probe::Pending("a"), Error(ErrorKind::kExpectation, "the image can't be had"), Probe::Ready()}),
              FailsWith(ErrorKind::kExpectation, "the image can't be had\n  while waiting for the pod"));
  EXPECT_EQ(times_.size(), 2u);
}

TEST_F(WaitTest, AnInterruptEndsItAtTheNextPause) {
  clock_.interrupted = true;
  EXPECT_THAT(Wait({Probe::Pending("pulling")}),
              FailsWith(ErrorKind::kInterrupted, "interrupted while waiting for the pod: pulling"));
  EXPECT_EQ(times_.size(), 1u);
}

TEST_F(WaitTest, TellsEachNewReasonOnceWithItsTime) {
  std::vector<std::pair<Duration, std::string>> told;
  WaitOptions options;
  options.on_reason = [&](Duration after, const std::string& reason) { told.emplace_back(after, reason); };
  EXPECT_THAT(
      Wait({Probe::Pending("a"), Probe::Pending("a"), Probe::Pending("b"), Probe::Ready()}, Duration(9000), options),
      Succeeds());
  EXPECT_THAT(told, ElementsAre(Pair(Duration(0), "a"), Pair(Duration(2000), "b")));
}

TEST_F(WaitTest, ASlowProbeIsFollowedByTheLastOne) {
  int probes = 0;
  const auto slow = [&]() -> Outcome<Probe> {
    ++probes;
    clock_.Advance(Duration(7000));
    return Probe::Pending("slow");
  };
  EXPECT_THAT(WaitUntil(clock_, "x", Deadline::In(clock_, Duration(5000)), {}, slow),
              FailsWith(ErrorKind::kTimeout, HasSubstr("2 probes")));
  EXPECT_EQ(probes, 2);
}

}  // namespace
}  // namespace e2e
