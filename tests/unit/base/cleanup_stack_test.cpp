#include "base/cleanup_stack.h"

#include <gmock/gmock.h>

#include <string>

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CleanupStackTest : public testing::Test {
 protected:
  void Push(CleanupStack& stack, const std::string& what, bool fails = false) {
    stack.Push(what, [this, what, fails]() -> Status {
      ran_.push_back(what);
      if (fails) return Error(ErrorKind::kInfra, what + " is stuck");
      return {};
    });
  }
  std::vector<std::string> ran_;
};

TEST_F(CleanupStackTest, RunsTheNewestFirstAndEachOnce) {
  CleanupStack stack;
  Push(stack, "cluster");
  Push(stack, "release");
  EXPECT_THAT(stack.Pending(), ElementsAre("release", "cluster"));
  EXPECT_THAT(stack.RunAll(), IsEmpty());
  EXPECT_THAT(ran_, ElementsAre("release", "cluster"));
  EXPECT_THAT(stack.Pending(), IsEmpty());
  EXPECT_THAT(stack.RunAll(), IsEmpty());
  EXPECT_EQ(ran_.size(), 2u);
}

TEST_F(CleanupStackTest, AFailureStopsNothingAndEveryErrorIsGiven) {
  CleanupStack stack;
  Push(stack, "a", true);
  Push(stack, "b");
  Push(stack, "c", true);
  const std::vector<Error> errors = stack.RunAll();
  EXPECT_THAT(ran_, ElementsAre("c", "b", "a"));
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[0].Render(), "c is stuck\n  while cleaning up: c");
  EXPECT_EQ(errors[1].Render(), "a is stuck\n  while cleaning up: a");
  EXPECT_EQ(errors[1].kind(), ErrorKind::kInfra);
}

TEST_F(CleanupStackTest, TheDestructorIsTheNetBelow) {
  {
    CleanupStack stack;
    Push(stack, "a");
    Push(stack, "b");
  }
  EXPECT_THAT(ran_, ElementsAre("b", "a"));
}

TEST_F(CleanupStackTest, ReleaseKeepsWhatWasMade) {
  {
    CleanupStack stack;
    Push(stack, "a");
    stack.Release();
    EXPECT_THAT(stack.RunAll(), IsEmpty());
  }
  EXPECT_THAT(ran_, IsEmpty());
}

TEST_F(CleanupStackTest, SwapTradesAllActions) {
  CleanupStack one, two;
  Push(one, "a");
  Push(two, "b");
  Push(two, "c");
  one.Swap(two);
  EXPECT_THAT(one.Pending(), ElementsAre("c", "b"));
  EXPECT_THAT(two.Pending(), ElementsAre("a"));
}

TEST_F(CleanupStackTest, AnActionMayPushAnotherOne) {
  CleanupStack stack;
  stack.Push("outer", [&]() -> Status {
    Push(stack, "inner");
    return {};
  });
  EXPECT_THAT(stack.RunAll(), IsEmpty());
  EXPECT_THAT(ran_, ElementsAre("inner"));
}

}  // namespace
}  // namespace e2e
