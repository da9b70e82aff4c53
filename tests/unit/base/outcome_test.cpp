#include "base/outcome.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace e2e {
namespace {

Outcome<int> Half(int number) {
  if (number % 2 != 0) return Error(ErrorKind::kExpectation, "odd");
  return number / 2;
}

int contexts_made = 0;
std::string Context(const std::string& text) {
  ++contexts_made;
  return text;
}

Outcome<int> Quarter(int number) {
  E2E_TRY(const int half, Half(number), Context("halving once"));
  E2E_TRY(const int quarter, Half(half), Context("halving twice"));
  return quarter;
}

Status CheckEven(int number) {
  E2E_TRY([[maybe_unused]] const int half, Half(number), "checking");
  return {};
}

Status CheckBoth(int a, int b) {
  E2E_CHECK(CheckEven(a), "first");
  E2E_CHECK(CheckEven(b), "second");
  return {};
}

TEST(Outcome, HoldsAValueOrAnError) {
  const Outcome<int> good = Half(4);
  ASSERT_TRUE(good.has_value());
  EXPECT_EQ(*good, 2);
  const Outcome<int> bad = Half(3);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message(), "odd");
}

TEST(Outcome, GivesAccessToMembers) {
  const Outcome<std::string> text = std::string("text");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), 4u);
}

TEST(Outcome, CarriesWhatCanOnlyBeMoved) {
  Outcome<std::unique_ptr<int>> owner = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(owner).value();
  EXPECT_EQ(*taken, 7);
}

TEST(Outcome, TryGivesTheValueAndMakesNoContext) {
  contexts_made = 0;
  const Outcome<int> quarter = Quarter(8);
  ASSERT_TRUE(quarter);
  EXPECT_EQ(*quarter, 2);
  EXPECT_EQ(contexts_made, 0);
}

TEST(Outcome, TryReturnsTheErrorWithItsContextOnly) {
  const Outcome<int> first = Quarter(3);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().Render(), "odd\n  while halving once");
  const Outcome<int> second = Quarter(6);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().Render(), "odd\n  while halving twice");
}

TEST(Outcome, CheckStopsAtTheFirstErrorAndContextsGoFromTheInside) {
  EXPECT_TRUE(CheckBoth(2, 4));
  const Status second = CheckBoth(2, 3);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().Render(), "odd\n  while checking\n  while second");
  const Status first = CheckBoth(1, 3);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().Render(), "odd\n  while checking\n  while first");
}

}  // namespace
}  // namespace e2e
