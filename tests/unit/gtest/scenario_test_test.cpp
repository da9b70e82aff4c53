#include "gtest/scenario_test.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include "scenario/loader.h"

namespace e2e {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

ScenarioResult Result(Verdict verdict, std::optional<Error> error = std::nullopt) {
  ScenarioResult result{.id = "smoke/ports", .title = "Every port", .where = {"s/ports.yaml", 1, 1}};
  result.verdict = verdict;
  result.error = std::move(error);
  result.artifacts = "run/smoke-ports";
  return result;
}

// What reporting `result` tells GoogleTest.
std::vector<testing::TestPartResult> PartsOf(const std::vector<ScenarioResult>& rounds) {
  testing::TestPartResultArray parts;
  {
    const testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &parts);
    ReportToGoogleTest(rounds);
  }
  std::vector<testing::TestPartResult> list;
  for (int i = 0; i < parts.size(); ++i) list.push_back(parts.GetTestPartResult(i));
  return list;
}

CompiledScenario Compiled(const std::string& suite, const std::string& stem) {
  CompiledScenario compiled;
  compiled.scenario.suite = suite;
  compiled.scenario.stem = stem;
  compiled.scenario.where = {suite + "/" + stem + ".yaml", 3, 1};
  return compiled;
}

TEST(ScenarioTestNames, AreIdentifiers) {
  const CompiledScenario compiled = Compiled("persistence", "pod-delete");
  EXPECT_EQ(SuiteName(compiled.scenario), "Persistence");
  EXPECT_EQ(TestName(compiled.scenario), "PodDelete");
}

TEST(ReportToGoogleTest, APassSaysNothing) {
  EXPECT_TRUE(PartsOf({Result(Verdict::kPass)}).empty());
}

TEST(ReportToGoogleTest, AFailureStandsAtTheStepsLine) {
  const auto parts = PartsOf(
      {Result(Verdict::kFail, Error(ErrorKind::kExpectation, "port smtp is silent").At({"s/ports.yaml", 6, 5}))});
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_TRUE(parts[0].nonfatally_failed());
  EXPECT_STREQ(parts[0].file_name(), "s/ports.yaml");
  EXPECT_EQ(parts[0].line_number(), 6);
  EXPECT_THAT(parts[0].message(),
              EndsWith("FAIL: smoke/ports (Every port)\ns/ports.yaml:6:5: port smtp is silent\n"
                       "artifacts: run/smoke-ports\nonly this one again: make e2e ONLY=smoke/ports"));
}

TEST(ReportToGoogleTest, CanBeExpectedToFail) {
  EXPECT_NONFATAL_FAILURE(ReportToGoogleTest({Result(Verdict::kFail, Error(ErrorKind::kTimeout, "too late"))}),
                          "too late");
}

TEST(ReportToGoogleTest, WithoutAPlaceItStandsAtTheScenario) {
  const auto parts = PartsOf({Result(Verdict::kInfra, Error(ErrorKind::kInfra, "disk full"))});
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_STREQ(parts[0].file_name(), "s/ports.yaml");
  EXPECT_EQ(parts[0].line_number(), 1);
  EXPECT_THAT(parts[0].message(), HasSubstr("INFRA: smoke/ports"));
}

TEST(ReportToGoogleTest, OnlyAPassAndWhatDidNotRunAreNoFailures) {
  for (const Verdict verdict : {Verdict::kFail, Verdict::kInfra, Verdict::kInconclusive, Verdict::kFlaky}) {
    const auto parts = PartsOf({Result(verdict)});
    ASSERT_EQ(parts.size(), 1u);
    EXPECT_TRUE(parts[0].failed()) << Name(verdict);
  }
  for (const Verdict verdict : {Verdict::kSkipped, Verdict::kInterrupted}) {
    const auto parts = PartsOf({Result(verdict, Error(ErrorKind::kInterrupted, "interrupted before it began"))});
    ASSERT_EQ(parts.size(), 1u);
    EXPECT_TRUE(parts[0].skipped()) << Name(verdict);
    EXPECT_THAT(parts[0].message(), HasSubstr("interrupted before it began"));
  }
}

TEST(ReportToGoogleTest, EachRoundThatIsNoPassIsAFailureOfItsOwn) {
  ScenarioResult second = Result(Verdict::kFail, Error(ErrorKind::kTimeout, "too late"));
  second.round = 2;
  const auto parts = PartsOf({Result(Verdict::kPass), second, Result(Verdict::kPass)});
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_THAT(parts[0].message(), HasSubstr("too late\nround: 2"));
}

TEST(ReportToGoogleTest, WithoutAResultItIsASkip) {
  const auto parts = PartsOf({});
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_TRUE(parts[0].skipped());
}

TEST(ReportToGoogleTest, FlakyShowsTheFirstFailureAndWhereItsArtifactsAre) {
  ScenarioResult flaky = Result(Verdict::kFlaky, Error(ErrorKind::kExpectation, "1 lost"));
  flaky.note = "FAIL on attempt 1, PASS on attempt 2";
  flaky.attempts = {flaky, flaky};
  flaky.attempts[0].artifacts = "run/first";
  const auto parts = PartsOf({flaky});
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_THAT(parts[0].message(), HasSubstr("FLAKY: smoke/ports (Every port)\n1 lost\nnote: FAIL on attempt 1, PASS on "
                                            "attempt 2\nother attempt: run/first\nartifacts: run/smoke-ports"));
}

// GoogleTest takes tests before it runs only, so these are registered along with this file's own; they run too.
struct Registered {
  Registered() {
    scenarios.push_back(Compiled("registered", "pod-delete"));
    scenarios.push_back(Compiled("registered", "pod_delete"));
    scenarios.push_back(Compiled("registered", "node-restart"));
    RegisterScenarios(scenarios, results_of, problems);
  }
  std::vector<CompiledScenario> scenarios;
  std::vector<std::string> asked;
  ResultsOf results_of = [this](const std::string& id) {
    asked.push_back(id);
    return std::vector<ScenarioResult>{Result(Verdict::kPass)};
  };
  Problems problems;
};
const Registered kRegistered;

TEST(RegisterScenarios, MakesACaseOfEachAtItsFileAndLine) {
  std::vector<std::string> cases;
  const testing::UnitTest& unit = *testing::UnitTest::GetInstance();
  for (int s = 0; s < unit.total_test_suite_count(); ++s) {
    const testing::TestSuite& suite = *unit.GetTestSuite(s);
    for (int t = 0; suite.name() == std::string("Registered") && t < suite.total_test_count(); ++t) {
      const testing::TestInfo& test = *suite.GetTestInfo(t);
      cases.push_back(fmt::format("{} at {}:{}", test.name(), test.file(), test.line()));
    }
  }
  EXPECT_THAT(cases, UnorderedElementsAre("PodDelete at registered/pod-delete.yaml:3",
                                          "NodeRestart at registered/node-restart.yaml:3"));
}

TEST(RegisterScenarios, TwoThatMakeOneNameAreAProblem) {
  EXPECT_EQ(Render(kRegistered.problems),
            "registered/pod_delete.yaml:3:1: error: another scenario is the test Registered.PodDelete already\n");
}

}  // namespace
}  // namespace e2e
