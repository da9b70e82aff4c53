#include "cluster/power_loss.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class PowerLossTest : public testing::Test {
 protected:
  Outcome<PowerLost> Lose(CommandResult said) {
    runner_.Expect("docker exec n sh -c *ioctl* lose /var/lib/stalwart-e2e/volumes/v/mount", std::move(said));
    return LosePower(node_, volume_, Deadline::In(clock_, Duration(1000)));
  }
  Outcome<PowerBack> Restore(const std::string& journal, const std::string& left) {
    runner_.Expect("docker exec n sh -c * unmount /var/lib/stalwart-e2e/volumes/v");
    runner_.Expect("docker exec n sh -c *tune2fs* ask /var/lib/stalwart-e2e/volumes/v/image",
                   FakeCommandRunner::Success(journal + "\n"));
    runner_.Expect("docker exec n sh -c * mount /var/lib/stalwart-e2e/volumes/v");
    runner_.Expect("docker exec n sh -c * ask /var/lib/stalwart-e2e/volumes/v/mount",
                   FakeCommandRunner::Success(left + "\n"));
    return RestorePower(node_, clock_, volume_, Deadline::In(clock_, Duration(1000)));
  }

  FakeClock clock_;
  FakeCommandRunner runner_;
  Node node_{runner_, {.docker = "docker"}, "n"};
  const OwnVolume volume_{.name = "v", .ns = "ns", .claim = "stalwart", .size = 1};
};

TEST_F(PowerLossTest, IsLostWhenTheKernelRefusesAFileForTheDisksSake) {
  const auto receipt = Lose(FakeCommandRunner::Failure(1, "touch: cannot touch 'after': Input/output error\n"));
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "volume v is shut down without a flush, the kernel refused a new file (EIO)");
}

TEST_F(PowerLossTest, AFileSystemThatGoesOnHasItsPower) {
  EXPECT_THAT(Lose(FakeCommandRunner::Success("")),
              FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("no receipt"), HasSubstr("said \"yes\""))));
}

TEST_F(PowerLossTest, AKernelWithoutTheCallIsNoPowerLoss) {
  EXPECT_THAT(Lose(FakeCommandRunner::Failure(25, "Inappropriate ioctl for device\n")),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("Inappropriate ioctl")));
  EXPECT_THAT(Lose(FakeCommandRunner::Failure(1, "sync: error syncing 'synced': Input/output error\n")),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("error syncing")))
      << "a disk that was away before is another fault";
}

TEST_F(PowerLossTest, IsBackWithWhatWasSyncedAndWithoutTheRest) {
  const auto receipt = Restore("to be replayed", "synced kept\nunsynced lost");
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_THAT(receipt->Text(), HasSubstr("the synced one is there and the other one lost"));
}

TEST_F(PowerLossTest, WhatWasNotLostOrNotReplayedProvesNothing) {
  EXPECT_THAT(Restore("to be replayed", "synced kept\nunsynced kept"),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("unsynced kept")));
  EXPECT_THAT(Restore("to be replayed", "synced lost\nunsynced lost"),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("synced lost,")));
  EXPECT_THAT(Restore("clean", "synced kept\nunsynced lost"),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("journal clean")));
}

}  // namespace
}  // namespace e2e
