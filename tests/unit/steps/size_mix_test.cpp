#include "steps/size_mix.h"

#include <gmock/gmock.h>

#include <map>

#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMany = 10'000;

TEST(SizeMix, OneSeedGivesOneMix) {
  const SizeMix mix({1024, 65536});
  std::size_t sum = 0;
  int other = 0;
  for (std::uint64_t n = 0; n < kMany; ++n) {
    const std::size_t size = mix.Of(1, n);
    EXPECT_EQ(size, mix.Of(1, n));
    EXPECT_GE(size, 1024u);
    EXPECT_LE(size, 65536u);
    sum += size;
    other += size != mix.Of(2, n) ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(sum) / kMany, (1024 + 65536) / 2.0, 1000);
  EXPECT_GT(other, 9000);
}

TEST(SizeMix, AFixedSizeIsThatSize) {
  EXPECT_EQ(SizeMix({4096, 4096}).Of(7, 12), 4096u);
}

TEST(SizeMix, WeightsSayHowOftenASizeComes) {
  const auto mix = SizeMix::Parse({{"4KiB", "70"}, {"64KiB", "25"}, {"1MiB", "5"}});
  ASSERT_THAT(mix, Succeeds());
  std::map<std::size_t, int> count;
  for (std::uint64_t n = 0; n < kMany; ++n) ++count[mix->Of(1, n)];
  ASSERT_EQ(count.size(), 3u);
  EXPECT_NEAR(count[4096], 7000, 300);
  EXPECT_NEAR(count[65536], 2500, 300);
  EXPECT_NEAR(count[1024 * 1024], 500, 150);
}

TEST(SizeMix, MistakesAreTold) {
  for (const auto& [weights, what] : std::map<std::map<std::string, std::string>, std::string>{
           {{}, "there is no size"},
           {{{"4", "1"}}, "\"4\" is not a size between 512 and 64MiB"},
           {{{"65MiB", "1"}}, "\"65MiB\" is not a size"},
           {{{"4KiB", "0"}}, "weight of 4KiB must be a whole number from 1 on, not \"0\""},
           {{{"4KiB", "some"}}, "not \"some\""}}) {
    EXPECT_THAT(SizeMix::Parse(weights), FailsWith(ErrorKind::kBadScenario, HasSubstr(what)));
  }
}

}  // namespace
}  // namespace e2e
