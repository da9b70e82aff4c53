// fault.fill and fault.free, the compiler's rule on them, and the values that name the volume's claim.
#include "support/kube_objects.h"
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class VolumeFaultStepsTest : public WorldFixture {
 protected:
  VolumeFaultStepsTest() { world_.volume = OwnVolume{.name = "v", .ns = "e2e", .claim = "stalwart", .size = 4096}; }
  void ExpectFree(int blocks) {
    runner_.Expect("docker exec node stat *", FakeCommandRunner::Success(std::to_string(blocks) + " 4096\n"));
  }
  static std::string CompileProblems(const std::string& install) {
    Problems problems;
    TempDir dir;
    const auto file = dir.Write("s/x.yaml", "name: T\n" + install + "steps:\n  - fault.fill: {}\n");
    auto scenario = LoadScenario(file, dir.path(), problems);
    if (scenario) Compile(std::move(*scenario), BuiltinSteps(), problems);
    return Render(problems);
  }
};

TEST_F(VolumeFaultStepsTest, FillAndFreeLeaveReceipts) {
  ExpectFree(2);
  runner_.Expect("docker exec node dd *", FakeCommandRunner::Failure(1, "No space left on device"));
  ExpectFree(0);
  EXPECT_THAT(Run("fault.fill: {}"), Succeeds());
  ExpectFree(0);
  runner_.Expect("docker exec node find *");
  ExpectFree(2);
  EXPECT_THAT(Run("fault.free: {}"), Succeeds());
  ASSERT_EQ(world_.receipts.size(), 2u);
  EXPECT_EQ(world_.receipts[0].kind, "fault.fill");
  EXPECT_THAT(world_.receipts[0].text, HasSubstr("had 8192 octets free and has 0"));
  EXPECT_EQ(world_.receipts[1].kind, "fault.free");
  EXPECT_THAT(world_.receipts[1].text, HasSubstr("had 0 octets free and has 8192"));
}

TEST_F(VolumeFaultStepsTest, ReadOnlyAndWritableLeaveReceipts) {
  runner_.Expect("docker exec node mount -o remount,ro *");
  runner_.Expect("docker exec node touch *", FakeCommandRunner::Failure(1, "touch: Read-only file system"));
  EXPECT_THAT(Run("fault.read-only: {}"), Succeeds());
  runner_.Expect("docker exec node mount -o remount,rw *");
  runner_.Expect("docker exec node touch *");
  EXPECT_THAT(Run("fault.writable: {}"), Succeeds());
  ASSERT_EQ(world_.receipts.size(), 2u);
  EXPECT_EQ(world_.receipts[0].kind, "fault.read-only");
  EXPECT_THAT(world_.receipts[0].text, HasSubstr("EROFS"));
  EXPECT_EQ(world_.receipts[1].kind, "fault.writable");
}

TEST_F(VolumeFaultStepsTest, PowerLossAndPowerOnLeaveReceipts) {
  kube_.Expect("GET /api/v1/namespaces/e2e/pods?*", 200, KubeList({RunningPod("p", "1", "id")}));
  runner_.Expect("docker exec node ctr *", FakeCommandRunner::Success("PID INFO\n10 -\n"));
  runner_.Expect("docker exec node kill -STOP 10");
  runner_.Expect("docker exec node cat *", FakeCommandRunner::Success("10 (a) T 1\n"));
  runner_.Expect("docker exec node ctr *", FakeCommandRunner::Success("PID INFO\n10 -\n"));
  runner_.Expect("docker exec node sh -c * lose *",
                 FakeCommandRunner::Failure(1, "touch: cannot touch 'after': Input/output error"));
  runner_.Expect("docker exec node kill -KILL 10");
  runner_.Expect("docker exec node cat *", FakeCommandRunner::Success("1 (init) S 0\n"));
  EXPECT_THAT(Run("fault.power-loss: {}"), Succeeds());
  runner_.Expect("docker exec node sh -c * unmount *");
  runner_.Expect("docker exec node sh -c * ask *", FakeCommandRunner::Success("to be replayed\n"));
  runner_.Expect("docker exec node sh -c * mount *");
  runner_.Expect("docker exec node sh -c * ask *", FakeCommandRunner::Success("synced kept\nunsynced lost\n"));
  EXPECT_THAT(Run("fault.power-on: {}"), Succeeds());
  ASSERT_EQ(world_.receipts.size(), 2u);
  EXPECT_EQ(world_.receipts[0].kind, "fault.power-loss");
  EXPECT_THAT(world_.receipts[0].text, HasSubstr("EIO"));
  EXPECT_EQ(world_.receipts[1].kind, "fault.power-on");
}

TEST_F(VolumeFaultStepsTest, OnlyAVolumeOfTheScenariosOwnIsFilled) {
  EXPECT_THAT(CompileProblems(""), HasSubstr("fault.fill would hit the node's disk"));
  EXPECT_THAT(CompileProblems("install: {wait: none}\n"), HasSubstr("install: {volume: {size: 256MiB}}"));
  EXPECT_EQ(CompileProblems("install: {volume: {size: 16MiB}}\n"), "");
}

TEST_F(VolumeFaultStepsTest, EveryReleaseOfTheScenarioGetsTheClaim) {
  const auto files = WriteValues(world_, {.server = *world_.server});
  ASSERT_THAT(files, Succeeds());
  const json values = json::parse(TempDir::Read(files->back()));
  EXPECT_EQ(values["persistence"], json({{"existingClaim", "stalwart"}}));
  world_.volume.reset();
  const auto others = WriteValues(world_, {.server = *world_.server});
  ASSERT_THAT(others, Succeeds());
  EXPECT_FALSE(json::parse(TempDir::Read(others->back())).contains("persistence"));
}

}  // namespace
}  // namespace e2e
