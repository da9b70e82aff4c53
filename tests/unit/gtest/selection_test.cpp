#include "gtest/selection.h"

#include <gmock/gmock.h>

#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SelectionTest : public testing::Test {
 protected:
  static CompiledScenario Make(const std::string& suite, const std::string& stem, std::vector<std::string> tags) {
    CompiledScenario compiled;
    compiled.scenario.suite = suite;
    compiled.scenario.stem = stem;
    compiled.scenario.tags = std::move(tags);
    return compiled;
  }
  std::vector<std::string> Selected() {
    std::vector<CompiledScenario> scenarios;
    scenarios.push_back(Make("smoke", "ports", {"smoke"}));
    scenarios.push_back(Make("smoke", "slow", {"smoke", "slow"}));
    scenarios.push_back(Make("chart", "keep", {"chart"}));
    status_ = Select(options_, scenarios);
    std::vector<std::string> ids;
    for (const CompiledScenario& compiled : scenarios) ids.push_back(compiled.scenario.Id());
    return ids;
  }

  TempDir dir_;
  RunOptions options_;
  Status status_;
};

TEST_F(SelectionTest, TakesAllByDefault) {
  EXPECT_THAT(Selected(), ElementsAre("smoke/ports", "smoke/slow", "chart/keep"));
  EXPECT_THAT(status_, Succeeds());
}

TEST_F(SelectionTest, OnlyTakesExactIds) {
  options_.only = {"chart/keep", "smoke/ports"};
  EXPECT_THAT(Selected(), ElementsAre("smoke/ports", "chart/keep"));
}

TEST_F(SelectionTest, TagsAreAnyOfThoseAndNoneOfTheseBehindABang) {
  options_.tags = {"smoke", "chart", "!slow"};
  EXPECT_THAT(Selected(), ElementsAre("smoke/ports", "chart/keep"));
  options_.tags = {"!smoke"};
  EXPECT_THAT(Selected(), ElementsAre("chart/keep"));
}

TEST_F(SelectionTest, UnknownIdsAndTagsAreMistakes) {
  options_.only = {"smoke/prots"};
  Selected();
  EXPECT_THAT(status_, FailsWith(ErrorKind::kBadScenario, HasSubstr("(did you mean \"smoke/ports\"?)")));
  options_.only = {};
  options_.tags = {"!slwo"};
  Selected();
  EXPECT_THAT(status_, FailsWith(ErrorKind::kBadScenario, HasSubstr("the tag \"slwo\" (did you mean \"slow\"?)")));
}

TEST_F(SelectionTest, NothingLeftIsAMistake) {
  options_.filter = "smoke/*";
  options_.tags = {"chart"};
  Selected();
  EXPECT_THAT(status_,
              FailsWith(ErrorKind::kBadScenario, HasSubstr("no scenario matches \"smoke/*\" and --tags chart")));
}

std::string Record(const std::string& scenarios) {
  return R"({"schema": 1, "scenarios": [)" + scenarios + "]}";
}

TEST_F(SelectionTest, RerunsWhatDidNotPassInTheNewestRunThatHasResults) {
  dir_.Write("261124-010000-1/report.json", Record(R"({"id": "a/old", "verdict": "FAIL"})"));
  dir_.Write("261124-020000-1/report.json",
             Record(R"({"id": "a/good", "verdict": "PASS"}, {"id": "a/bad", "verdict": "FAIL"},
                       {"id": "a/ill", "verdict": "INFRA"}, {"id": "a/none", "verdict": "SKIPPED"})"));
  dir_.Write("261124-030000-1/run.log", "killed before its first result");
  const auto failed = FailedInLatestRun(dir_.path());
  ASSERT_THAT(failed, Succeeds());
  EXPECT_THAT(*failed, ElementsAre("a/bad", "a/ill"));
}

TEST_F(SelectionTest, NothingToRerunIsTold) {
  EXPECT_THAT(FailedInLatestRun(dir_ / "none"), FailsWith(ErrorKind::kBadScenario, HasSubstr("has results")));
  dir_.Write("261124-010000-1/report.json", Record(R"({"id": "a/good", "verdict": "PASS"})"));
  EXPECT_THAT(FailedInLatestRun(dir_.path()), FailsWith(ErrorKind::kBadScenario, HasSubstr("nothing failed")));
}

TEST_F(SelectionTest, AFileThatIsNoRecordIsAMistake) {
  dir_.Write("261124-010000-1/report.json", "half a fi");
  EXPECT_THAT(FailedInLatestRun(dir_.path()), FailsWith(ErrorKind::kBadScenario, HasSubstr("is not the record of")));
}

}  // namespace
}  // namespace e2e
