// outage.watch and outage.end against ports that serve or not.
#include <nlohmann/json.hpp>

#include "support/mode_server.h"
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class OutageStepsTest : public WorldFixture {
 protected:
  // Measures a port that does so, for at least ten samples.
  Outcome<std::string> Measure(ModeServer::Mode mode, const std::string& end) {
    ModeServer server({mode});
    world_.endpoints["smtp"] = {"mail.example.org", "127.0.0.1", server.port()};
    E2E_TRY(const std::string begun, Run("outage.watch: {ports: [smtp], every: 1ms, save: m}"), "watching");
    server.AwaitConnections(11);
    return Run("outage.end: {meter: m, " + end + "}");
  }
};

TEST_F(OutageStepsTest, APortThatIsAwayForLongerThanTheBudgetFails) {
  EXPECT_THAT(
      Measure(ModeServer::Mode::kClose, "budget: 1ms"),
      FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("away for longer than 1ms: smtp"), HasSubstr("closed"))));
  const auto written = nlohmann::json::parse(TempDir::Read(dir_ / "outage-m.json"));
  EXPECT_EQ(written["ports"][0]["port"], "smtp");
  EXPECT_EQ(written["ports"][0]["outages"][0]["first_good"], nullptr);
}

TEST_F(OutageStepsTest, WithinTheBudgetItTellsWhatItSaw) {
  const auto done = Measure(ModeServer::Mode::kClose, "budget: 60m, seen: true");
  ASSERT_THAT(done, Succeeds());
  EXPECT_THAT(*done, AllOf(HasSubstr("smtp: 1 outages in "), HasSubstr("and not ended (")));
  EXPECT_TRUE(world_.meters.empty());
}

TEST_F(OutageStepsTest, AnOutageThatWasExpectedAndNotSeenIsInconclusive) {
  EXPECT_THAT(Measure(ModeServer::Mode::kGreet, "budget: 60m, seen: true"),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("port smtp was never away: the fault did not reach it")));
}

}  // namespace
}  // namespace e2e
