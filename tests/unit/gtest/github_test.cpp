#include "gtest/github.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::HasSubstr;

ScenarioResult ResultWith(Verdict verdict) {
  ScenarioResult result{.id = "smoke/ports", .title = "A title", .where = {"scenarios/smoke/ports.yaml", 1, 1}};
  result.verdict = verdict;
  return result;
}

ScenarioResult Failed() {
  ScenarioResult result = ResultWith(Verdict::kFail);
  result.error = Error(ErrorKind::kExpectation, "100% wrong").While("http.get").At({"scenarios/a,b.yaml", 7, 5});
  return result;
}

// Sets variables of the environment for one test.
class GithubTest : public testing::Test {
 protected:
  ~GithubTest() override {
    unsetenv("GITHUB_ACTIONS");
    unsetenv("GITHUB_STEP_SUMMARY");
  }
  std::string Told(const std::vector<ScenarioResult>& results) {
    testing::internal::CaptureStdout();
    TellGithub(info_, results);
    return testing::internal::GetCapturedStdout();
  }

  TempDir dir_;
  RunInfo info_{.folder = dir_.path()};
};

TEST_F(GithubTest, AFailureStandsAtItsStepWithEverythingEscaped) {
  EXPECT_EQ(Annotations({Failed()}),
            "::error file=scenarios/a%2Cb.yaml,line=7,title=FAIL smoke/ports::scenarios/a,b.yaml:7:5: 100%25 wrong%0A  "
            "while http.get\n");
}

TEST_F(GithubTest, WhatPassedOrDidNotRunIsNotAnnotated) {
  EXPECT_EQ(Annotations({ResultWith(Verdict::kPass), ResultWith(Verdict::kSkipped), ResultWith(Verdict::kInterrupted)}),
            "");
  EXPECT_EQ(Annotations({ResultWith(Verdict::kInfra)}),
            "::error file=scenarios/smoke/ports.yaml,line=1,title=INFRA smoke/ports::A title\n");
}

TEST_F(GithubTest, WhatPassedOnARetryIsAWarning) {
  EXPECT_EQ(Annotations({ResultWith(Verdict::kFlaky)}),
            "::warning file=scenarios/smoke/ports.yaml,line=1,title=FLAKY smoke/ports::A title\n");
}

TEST_F(GithubTest, WhatOfTheRunDidNotWorkIsAnError) {
  EXPECT_EQ(Annotations({RunProblem{"BringUp", Error(ErrorKind::kInfra, "no space")},
                         RunProblem{"BringUp", Error(ErrorKind::kInterrupted, "stop")}}),
            "::error title=INFRA BringUp::no space\n");
}

TEST_F(GithubTest, ElsewhereNothingIsSaid) {
  unsetenv("GITHUB_ACTIONS");
  setenv("GITHUB_STEP_SUMMARY", (dir_ / "job.md").c_str(), 1);
  EXPECT_EQ(Told({Failed()}), "");
  EXPECT_FALSE(std::filesystem::exists(dir_ / "job.md"));
}

TEST_F(GithubTest, TheSummaryIsAppendedToTheJobs) {
  setenv("GITHUB_ACTIONS", "true", 1);
  setenv("GITHUB_STEP_SUMMARY", dir_.Write("job.md", "before\n").c_str(), 1);
  dir_.Write("summary.md", "# stalwart-e2e\n");
  EXPECT_THAT(Told({Failed()}), HasSubstr("::error file="));
  EXPECT_EQ(TempDir::Read(dir_ / "job.md"), "before\n# stalwart-e2e\n\n");
}

TEST_F(GithubTest, ASummaryThatCannotBeWrittenIsAWarning) {
  setenv("GITHUB_ACTIONS", "true", 1);
  setenv("GITHUB_STEP_SUMMARY", (dir_ / "no/job.md").c_str(), 1);
  EXPECT_EQ(Told({}), "::warning::the job summary can't be written\n");
}

}  // namespace
}  // namespace e2e
