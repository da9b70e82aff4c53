#include "run/soak.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "scenario/loader.h"
#include "steps/catalog.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::HasSubstr;

std::optional<CompiledScenario> CompiledFrom(const SoakPlan& plan) {
  const TempDir dir;
  const auto file = dir.Write("soak/" + NameOf(plan) + ".yaml", SoakScenario(plan));
  Problems problems;
  auto scenario = LoadScenario(file, dir.path(), problems);
  EXPECT_EQ(Render(problems), "");
  if (!scenario) return std::nullopt;
  auto compiled = Compile(std::move(*scenario), BuiltinSteps(), problems);
  EXPECT_EQ(Render(problems), "");
  return compiled;
}

TEST(Soak, IsAScenarioOfTheLanguage) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto compiled = CompiledFrom({.minutes = 30, .seed = seed});
    ASSERT_TRUE(compiled);
    EXPECT_EQ(compiled->scenario.Id(), fmt::format("soak/seed-{}-30m", seed));
    EXPECT_EQ(compiled->steps.back().kind, "mail.verify");
    const auto faults = std::count_if(compiled->steps.begin(), compiled->steps.end(),
                                      [](const CompiledStep& step) { return step.kind == "wait.usable"; });
    EXPECT_EQ(faults, 30);
  }
}

TEST(Soak, TheSeedDecidesEverything) {
  EXPECT_EQ(SoakScenario({.minutes = 5, .seed = 7}), SoakScenario({.minutes = 5, .seed = 7}));
  EXPECT_NE(SoakScenario({.minutes = 5, .seed = 7}), SoakScenario({.minutes = 5, .seed = 8}));
}

TEST(Soak, EveryFaultComesUpAndHasTrafficBeforeIt) {
  const std::string text = SoakScenario({.minutes = 200, .seed = 3});
  for (const char* fault :
       {"fault.kill: {}", "signal: TERM", "fault.delete: {}", "forced: true", "fault.oom", "fault.freeze",
        "replicas: 0", "fault.drain", "fault.api-restart", "fault.kubelet-restart", "fault.node-restart",
        "fault.node-kill", "before-dot", "after-dot", "fault.fill", "fault.read-only", "fault.second-pod"}) {
    EXPECT_THAT(text, HasSubstr(fault));
  }
  for (const SoakStrike& strike : SoakStrikes({.minutes = 200, .seed = 3})) {
    EXPECT_GE(strike.messages, 100);
    EXPECT_LE(strike.messages, 300);
  }
}

TEST(Soak, EveryChoiceIsTold) {
  const SoakPlan plan{.minutes = 3, .seed = 9};
  const std::string text = SoakText(plan);
  EXPECT_THAT(text, HasSubstr("seed 9, 3 minutes"));
  const auto strikes = SoakStrikes(plan);
  ASSERT_EQ(strikes.size(), 3u);
  for (const SoakStrike& strike : strikes)
    EXPECT_THAT(text, HasSubstr(fmt::format("after {} more messages: {}", strike.messages, strike.steps.front())));
}

}  // namespace
}  // namespace e2e
