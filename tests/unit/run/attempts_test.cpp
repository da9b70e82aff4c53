#include "run/attempts.h"

#include <gmock/gmock.h>

namespace e2e {
namespace {

using testing::SizeIs;

constexpr Verdict kPass = Verdict::kPass, kFail = Verdict::kFail, kInfra = Verdict::kInfra, kFlaky = Verdict::kFlaky,
                  kInconclusive = Verdict::kInconclusive;

// Plays these verdicts as attempts; asking for more of them fails the test.
ScenarioResult Play(int retries, const std::vector<Verdict>& verdicts) {
  std::size_t played = 0;
  const ScenarioResult result = RunWithRetries(retries, [&](int attempt, bool last) {
    EXPECT_EQ(attempt, static_cast<int>(played) + 1);
    EXPECT_EQ(last, attempt == retries + 1);
    ScenarioResult one;
    one.verdict = verdicts.at(played++);
    one.artifacts = "attempt-" + std::to_string(attempt);
    one.elapsed = Duration(1000 * attempt);
    if (one.verdict != kPass) one.error = Error(ErrorKind::kExpectation, "error " + std::to_string(attempt));
    return one;
  });
  EXPECT_EQ(played, verdicts.size());
  return result;
}

TEST(RunWithRetries, WhatAttemptsComeTo) {
  const std::vector<std::tuple<int, std::vector<Verdict>, Verdict>> rows = {
      {0, {kPass}, kPass},
      {0, {kFail}, kFail},
      {2, {kPass}, kPass},
      {1, {kFail, kPass}, kFlaky},
      {2, {kFail, kFail, kPass}, kFlaky},
      {2, {kInfra, kFail, kPass}, kFlaky},
      {2, {kFail, kInfra, kPass}, kFlaky},
      {2, {kInfra, kInfra, kPass}, kPass},
      {1, {kFail, kFail}, kFail},
      {1, {kInfra, kInfra}, kInfra},
      {1, {kFail, kInfra}, kFail},
      {1, {kInfra, kFail}, kFail},
      {3, {kInfra, kInconclusive}, kInconclusive},
      {3, {kFail, kInconclusive}, kFail},
      {3, {kFail, Verdict::kSkipped}, kFail},
      {3, {kFail, Verdict::kInterrupted}, Verdict::kInterrupted},
      {3, {Verdict::kSkipped}, Verdict::kSkipped},
  };
  for (const auto& [retries, verdicts, expected] : rows) {
    std::string words;
    for (const Verdict verdict : verdicts) words += std::string(Name(verdict)) + " ";
    EXPECT_EQ(Play(retries, verdicts).verdict, expected) << words;
  }
}

TEST(RunWithRetries, OneAttemptIsItsResult) {
  const ScenarioResult result = Play(2, {kPass});
  EXPECT_THAT(result.attempts, SizeIs(0));
  EXPECT_EQ(result.note, "");
}

TEST(RunWithRetries, FlakyKeepsTheFirstFailureAndEveryAttempt) {
  const ScenarioResult result = Play(3, {kInfra, kFail, kFail, kPass});
  EXPECT_EQ(result.verdict, kFlaky);
  EXPECT_EQ(result.error->message(), "error 2");
  EXPECT_EQ(result.artifacts, "attempt-4");
  EXPECT_EQ(result.elapsed, Duration(10'000));
  EXPECT_EQ(result.note, "INFRA on attempt 1, FAIL on attempt 2, FAIL on attempt 3, PASS on attempt 4");
  ASSERT_THAT(result.attempts, SizeIs(4));
  EXPECT_EQ(result.attempts[1].artifacts, "attempt-2");
  EXPECT_EQ(result.attempts[1].error->message(), "error 2");
}

TEST(RunWithRetries, APassAfterInfraOnlySaysSo) {
  const ScenarioResult result = Play(1, {kInfra, kPass});
  EXPECT_EQ(result.verdict, kPass);
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.note, "INFRA on attempt 1, PASS on attempt 2");
}

TEST(RunWithRetries, AFailureStandsWithItsOwnEvidence) {
  const ScenarioResult result = Play(1, {kFail, kInfra});
  EXPECT_EQ(result.artifacts, "attempt-1");
  EXPECT_EQ(result.error->message(), "error 1");
}

}  // namespace
}  // namespace e2e
