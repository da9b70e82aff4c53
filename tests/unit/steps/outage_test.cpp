// What samples say of outages, and what the probes said at the same time.
#include "steps/outage.h"

#include <gmock/gmock.h>

#include <random>

namespace e2e {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TimePoint At(long long ms) {
  return TimePoint(Duration(ms));
}
Sample Good(long long ms) {
  return {.port = 0, .begun = At(ms), .took = Duration(3), .end = SampleEnd::kGood};
}
Sample Bad(long long ms, SampleEnd end = SampleEnd::kClosed) {
  return {.port = 0, .begun = At(ms), .took = Duration(3), .end = end};
}
std::pair<long long, long long> Ms(const Span& span) {
  return {std::chrono::duration_cast<Duration>(span.from.time_since_epoch()).count(),
          std::chrono::duration_cast<Duration>(span.to.time_since_epoch()).count()};
}

TEST(Outage, GoesFromTheFirstFailedSampleToTheNextGoodOne) {
  const Availability port = Assess(
      "smtp", {Good(0), Bad(300, SampleEnd::kSilent), Bad(100), Bad(200, SampleEnd::kRefused), Good(400)}, At(500));
  EXPECT_EQ(port.samples, 5u);
  ASSERT_THAT(port.outages, SizeIs(1));
  EXPECT_EQ(port.outages[0].first_failed, At(100));
  EXPECT_EQ(*port.outages[0].first_good, At(400));
  EXPECT_THAT(port.outages[0].ends,
              testing::ElementsAre(std::pair(SampleEnd::kRefused, 1), std::pair(SampleEnd::kClosed, 1),
                                   std::pair(SampleEnd::kSilent, 1)));
  EXPECT_EQ(port.longest, Duration(300));
}

TEST(Outage, OneThatHasNotEndedLastsToTheEndOfTheMeasurement) {
  const Availability port = Assess("smtp", {Bad(0), Good(100), Bad(200), Bad(300)}, At(900));
  ASSERT_THAT(port.outages, SizeIs(2));
  EXPECT_FALSE(port.outages[1].first_good);
  EXPECT_EQ(port.longest, Duration(700));
}

TEST(Outage, WithoutAFailureThereIsNone) {
  const Availability port = Assess("smtp", {Good(0), Good(100)}, At(200));
  EXPECT_THAT(port.outages, IsEmpty());
  EXPECT_EQ(port.longest, Duration(0));
  EXPECT_EQ(port.slowest, Duration(3));
}

// A server that was away at known times, sampled from any moment on.
TEST(Outage, IsMeasuredToOneSamplingPeriod) {
  constexpr long long kPeriod = 100;
  std::mt19937 random(7);
  for (int round = 0; round < 1000; ++round) {
    const long long from = std::uniform_int_distribution<long long>(200, 1000)(random);
    const long long to = from + std::uniform_int_distribution<long long>(kPeriod, 5000)(random);
    std::vector<Sample> samples;
    for (long long at = std::uniform_int_distribution<long long>(0, kPeriod - 1)(random); at < 7000; at += kPeriod) {
      samples.push_back(at >= from && at < to ? Bad(at) : Good(at));
    }
    const Availability port = Assess("smtp", samples, At(7000));
    ASSERT_THAT(port.outages, SizeIs(1)) << from << " to " << to;
    EXPECT_LE(std::abs(port.longest.count() - (to - from)), kPeriod) << from << " to " << to;
    EXPECT_GE(port.outages[0].first_failed, At(from));
    EXPECT_LT(port.outages[0].first_failed, At(from + kPeriod));
    EXPECT_GE(*port.outages[0].first_good, At(to));
    EXPECT_LT(*port.outages[0].first_good, At(to + kPeriod));
  }
}

TEST(ProbeTruthTest, TellsWhenProbesAndClientsDisagree) {
  // Away from 100 to 400; the kubelet notices at 250, and says ready again at 600.
  const Availability port = Assess("smtp", {Good(0), Bad(100), Good(400)}, At(1000));
  const ProbeTruth truth = Compare({{At(0), true}, {At(250), false}, {At(600), true}}, {port}, At(1000));
  ASSERT_THAT(truth.ready_not_serving, SizeIs(1));
  EXPECT_EQ(Ms(truth.ready_not_serving[0]), std::pair(100LL, 250LL));
  ASSERT_THAT(truth.serving_not_ready, SizeIs(1));
  EXPECT_EQ(Ms(truth.serving_not_ready[0]), std::pair(400LL, 600LL));
  EXPECT_EQ(Total(truth.serving_not_ready), Duration(200));
}

TEST(ProbeTruthTest, AllPortsServeOrNone) {
  const Availability smtp = Assess("smtp", {Bad(100), Good(300)}, At(1000));
  const Availability imap = Assess("imap", {Bad(200), Good(500)}, At(1000));
  const ProbeTruth truth = Compare({{At(0), true}}, {smtp, imap}, At(1000));
  ASSERT_THAT(truth.ready_not_serving, SizeIs(1));
  EXPECT_EQ(Ms(truth.ready_not_serving[0]), std::pair(100LL, 500LL));
  EXPECT_THAT(truth.serving_not_ready, IsEmpty());
}

TEST(ProbeTruthTest, NothingIsComparedBeforeThePodWasSeen) {
  const Availability port = Assess("smtp", {Bad(100), Good(300)}, At(1000));
  EXPECT_THAT(Compare({}, {port}, At(1000)).ready_not_serving, IsEmpty());
  EXPECT_THAT(Compare({{At(300), true}}, {port}, At(1000)).ready_not_serving, IsEmpty());
}

}  // namespace
}  // namespace e2e
