#include "run/verdict.h"

#include <gtest/gtest.h>

namespace e2e {
namespace {

TEST(Verdict, NamesAndExitCodes) {
  const std::vector<std::tuple<Verdict, std::string_view, int>> rows = {
      {Verdict::kPass, "PASS", 0},       {Verdict::kFail, "FAIL", 1},
      {Verdict::kInfra, "INFRA", 3},     {Verdict::kInconclusive, "INCONCLUSIVE", 4},
      {Verdict::kSkipped, "SKIPPED", 5}, {Verdict::kInterrupted, "INTERRUPTED", 130},
      {Verdict::kFlaky, "FLAKY", 6}};
  for (const auto& [verdict, name, code] : rows) {
    EXPECT_EQ(Name(verdict), name);
    EXPECT_EQ(ExitCode(verdict), code) << name;
    EXPECT_EQ(VerdictNamed(name), verdict);
  }
  EXPECT_EQ(VerdictNamed("GOOD"), std::nullopt);
}

TEST(Verdict, OfEveryKindOfError) {
  const std::vector<std::pair<ErrorKind, Verdict>> rows = {{ErrorKind::kExpectation, Verdict::kFail},
                                                           {ErrorKind::kTimeout, Verdict::kFail},
                                                           {ErrorKind::kTransport, Verdict::kFail},
                                                           {ErrorKind::kInterrupted, Verdict::kInterrupted},
                                                           {ErrorKind::kInconclusive, Verdict::kInconclusive},
                                                           {ErrorKind::kBadScenario, Verdict::kInfra},
                                                           {ErrorKind::kToolMissing, Verdict::kInfra},
                                                           {ErrorKind::kCommandFailed, Verdict::kInfra},
                                                           {ErrorKind::kInfra, Verdict::kInfra},
                                                           {ErrorKind::kInternal, Verdict::kInfra}};
  for (const auto& [kind, verdict] : rows) EXPECT_EQ(VerdictOf(Error(kind, "x")), verdict) << Name(kind);
}

TEST(Worst, NothingExecutedIsNotAPass) {
  EXPECT_EQ(Worst({}), Verdict::kInconclusive);
}

TEST(Worst, FollowsTheOrderOfSeverityWhereverItStands) {
  const std::vector<Verdict> order = {Verdict::kPass,  Verdict::kSkipped, Verdict::kFlaky,      Verdict::kInconclusive,
                                      Verdict::kInfra, Verdict::kFail,    Verdict::kInterrupted};
  for (std::size_t mild = 0; mild < order.size(); ++mild) {
    EXPECT_EQ(Worst({order[mild]}), order[mild]);
    for (std::size_t grave = mild; grave < order.size(); ++grave) {
      EXPECT_EQ(Worst({order[mild], order[grave]}), order[grave]);
      EXPECT_EQ(Worst({order[grave], order[mild], order[mild]}), order[grave]);
    }
  }
}

}  // namespace
}  // namespace e2e
