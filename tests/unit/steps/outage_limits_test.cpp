// What a measurement of ports may show at worst.
#include "steps/outage_limits.h"

#include <gmock/gmock.h>

#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::HasSubstr;

constexpr TimePoint kStart{};

// One port that was away for so long, and a pod that was called ready for a part of it.
MeterReport Report(Duration away, Duration called_ready) {
  MeterReport report;
  report.changes = {{kStart, true}};
  report.ended = kStart + std::chrono::minutes(5);
  Availability smtp{.port = "smtp", .samples = 10, .outages = {}, .longest = away, .slowest = Duration(3)};
  if (away > Duration(0)) smtp.outages = {{.first_failed = kStart, .first_good = kStart + away, .ends = {}}};
  report.ports = {smtp};
  if (called_ready > Duration(0)) report.probes.ready_not_serving = {{kStart, kStart + called_ready}};
  return report;
}

TEST(OutageLimitsTest, WithinThemTheReportIsTold) {
  const auto told = JudgeOutage(Report(Duration(5'000), Duration(2'000)), {.budget = Duration(5'000), .seen = true});
  ASSERT_THAT(told, Succeeds());
  EXPECT_THAT(*told, HasSubstr("smtp"));
}

TEST(OutageLimitsTest, APodThatIsCalledReadyWhileAPortIsAwayFails) {
  const OutageLimits limits{.budget = Duration(60'000), .seen = true, .false_ready = Duration(10'000)};
  EXPECT_THAT(JudgeOutage(Report(Duration(30'000), Duration(10'001)), limits),
              FailsWith(ErrorKind::kExpectation, HasSubstr("called ready for 10.0s while a port was away")));
  EXPECT_THAT(JudgeOutage(Report(Duration(30'000), Duration(10'000)), limits), Succeeds());
}

TEST(OutageLimitsTest, SpansInBetweenAreAddedUp) {
  MeterReport report = Report(Duration(30'000), Duration(6'000));
  report.probes.ready_not_serving.push_back({kStart + Duration(20'000), kStart + Duration(26'000)});
  EXPECT_THAT(JudgeOutage(report, {.false_ready = Duration(10'000)}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("ready for 12.0s")));
}

TEST(OutageLimitsTest, AnOutageOverTheBudgetIsNamed) {
  EXPECT_THAT(JudgeOutage(Report(Duration(6'000), Duration(0)), {.budget = Duration(5'000)}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("away for longer than 5.0s: smtp 6.0s")));
}

TEST(OutageLimitsTest, WhatWasNotSeenDecidesNothing) {
  EXPECT_THAT(JudgeOutage(Report(Duration(0), Duration(0)), {.seen = true}),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("never away")));
  MeterReport blind = Report(Duration(1'000), Duration(0));
  blind.changes.clear();
  EXPECT_THAT(JudgeOutage(blind, {}), FailsWith(ErrorKind::kInconclusive, HasSubstr("never told")));
  EXPECT_THAT(JudgeOutage(blind, {.pod_known = false}), Succeeds());
  blind.ports.front().samples = 0;
  EXPECT_THAT(JudgeOutage(blind, {}), FailsWith(ErrorKind::kInconclusive, HasSubstr("no sample of port smtp")));
}

}  // namespace
}  // namespace e2e
