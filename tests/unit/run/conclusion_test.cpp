// Conclude: what the steps of one attempt come to together.
#include "run/conclusion.h"

#include <gmock/gmock.h>

namespace e2e {
namespace {

StepResult Failed(ErrorKind kind, const std::string& reason) {
  StepResult step;
  step.kind = "step-" + reason;
  step.error = Error(kind, reason + " happened");
  step.error->Because(reason);
  return step;
}

ScenarioResult Concluded(std::vector<StepResult> steps) {
  ScenarioResult result;
  result.steps = std::move(steps);
  Conclude(/*checks=*/true, result);
  return result;
}

TEST(Conclude, TheFirstOfFailuresThatMeanTheSameGivesTheReason) {
  const ScenarioResult result =
      Concluded({Failed(ErrorKind::kExpectation, "First"), Failed(ErrorKind::kExpectation, "Second")});
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_EQ(result.error->reason(), "First");
  EXPECT_EQ(result.error->message(), "2 steps failed: step-First, step-Second");
}

TEST(Conclude, TheWorstOfAllGivesVerdictAndReason) {
  for (const bool worst_first : {true, false}) {
    std::vector<StepResult> steps = {Failed(ErrorKind::kExpectation, "Wrong"), Failed(ErrorKind::kInfra, "Away")};
    if (!worst_first) std::swap(steps[0], steps[1]);
    const ScenarioResult result = Concluded(std::move(steps));
    EXPECT_EQ(result.verdict, Verdict::kFail);
    EXPECT_EQ(result.error->reason(), "Wrong");
  }
}

}  // namespace
}  // namespace e2e
