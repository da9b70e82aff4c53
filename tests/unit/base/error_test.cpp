#include "base/error.h"

#include <gtest/gtest.h>

namespace e2e {
namespace {

TEST(SourceLocation, LeavesOutWhatIsUnknown) {
  EXPECT_EQ((SourceLocation{"a.yaml", 3, 5}).Text(), "a.yaml:3:5");
  EXPECT_EQ((SourceLocation{"a.yaml", 3, 0}).Text(), "a.yaml:3");
  EXPECT_EQ((SourceLocation{"a.yaml", 0, 5}).Text(), "a.yaml");
}

TEST(Error, RendersItsMessageAlone) {
  EXPECT_EQ(Error(ErrorKind::kTimeout, "too late").Render(), "too late");
}

TEST(Error, RendersPlaceContextAndDetailInThisOrder) {
  Error error(ErrorKind::kExpectation, "wrong answer");
  error.While("asking port smtp").Detail("220 hi\n500 no").While("waiting").At({"s.yaml", 2, 3});
  EXPECT_EQ(error.Render(),
            "s.yaml:2:3: wrong answer\n"
            "  while asking port smtp\n"
            "  while waiting\n"
            "    220 hi\n"
            "    500 no");
}

TEST(Error, KeepsTheFirstAndMostExactPlace) {
  Error error(ErrorKind::kBadScenario, "x");
  error.At({"s.yaml", 7, 9}).At({"s.yaml", 1, 1});
  ASSERT_TRUE(error.where());
  EXPECT_EQ(error.where()->Text(), "s.yaml:7:9");
}

TEST(Error, DetailsAreJoinedByLinesAndAnEmptyOneAddsNone) {
  Error error(ErrorKind::kInfra, "x");
  error.Detail("").Detail("one").Detail("").Detail("two");
  EXPECT_EQ(error.detail(), "one\ntwo");
}

TEST(Error, EveryKindHasANameOfItsOwn) {
  EXPECT_EQ(Name(ErrorKind::kBadScenario), "bad scenario");
  EXPECT_EQ(Name(ErrorKind::kToolMissing), "tool missing");
  EXPECT_EQ(Name(ErrorKind::kCommandFailed), "command failed");
  EXPECT_EQ(Name(ErrorKind::kTimeout), "timeout");
  EXPECT_EQ(Name(ErrorKind::kExpectation), "expectation");
  EXPECT_EQ(Name(ErrorKind::kTransport), "transport");
  EXPECT_EQ(Name(ErrorKind::kInconclusive), "inconclusive");
  EXPECT_EQ(Name(ErrorKind::kInterrupted), "interrupted");
  EXPECT_EQ(Name(ErrorKind::kInfra), "infrastructure");
  EXPECT_EQ(Name(ErrorKind::kInternal), "internal");
}

}  // namespace
}  // namespace e2e
