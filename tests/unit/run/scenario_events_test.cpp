#include "run/scenario_events.h"

#include <thread>

#include "support/kept_events.h"
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class ScenarioEventsTest : public WorldFixture {
 protected:
  KeptEvents kept_;
  ScenarioEvents events_{kept_};
};

TEST_F(ScenarioEventsTest, HaveNoSecretOfTheScenario) {
  events_.Of(world_);
  world_.secrets = {"planted"};
  events_.Tell("wait", {{"reason", "NO pass-1"}, {"list", {{{"deep", "admin-secret, planted"}}}}, {"number", 7}});
  ASSERT_EQ(kept_.all.size(), 1u);
  const std::string told = kept_.all[0].dump();
  for (const char* secret : {"pass-1", "admin-secret", "planted"}) EXPECT_THAT(told, Not(HasSubstr(secret)));
  EXPECT_THAT(told, HasSubstr("NO ***"));
  EXPECT_EQ(kept_.all[0]["number"], 7);
}

TEST_F(ScenarioEventsTest, OfOtherThreadsHaveNoneThatWasKnownWhenTheScenarioToldSomething) {
  events_.Of(world_);
  events_.Tell("step.begin", {{"kind", "x"}});
  std::thread([this] { events_.Tell("kube.event", {{"message", "password pass-2"}}); }).join();
  ASSERT_EQ(kept_.all.size(), 2u);
  EXPECT_EQ(kept_.all[1]["message"], "password ***");
}

TEST_F(ScenarioEventsTest, TellAWaitWhenItsReasonChanges) {
  EventWaits waits(events_);
  PendingWait wait{"usable", "port smtp is closed", TimePoint(std::chrono::seconds(1)),
                   TimePoint(std::chrono::seconds(9))};
  waits.Pending(wait);
  waits.Pending(wait);
  wait.reason = "everything is ready";
  waits.Pending(wait);
  waits.Over();
  ASSERT_EQ(kept_.all.size(), 3u);
  EXPECT_EQ(kept_.all[1]["reason"], "everything is ready");
  EXPECT_EQ(kept_.all[2]["event"], "wait.end");
  EXPECT_EQ(kept_.all[2]["from"], 1.0);
}

}  // namespace
}  // namespace e2e
