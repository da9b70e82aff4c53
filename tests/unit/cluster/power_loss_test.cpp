#include "cluster/power_loss.h"

#include <gmock/gmock.h>

#include "support/kube_objects.h"
#include "support/outcome_matchers.h"
#include "unit/cluster/fault_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class PowerLossTest : public FaultFixture {
 protected:
  // Of the two processes one is gone with the other.
  Outcome<PowerLost> Lose(CommandResult said, const std::string& left = "1 (init) S 0\n11 (x) Z 1\n") {
    transport_.Expect("GET /api/v1/namespaces/mail/pods?*", 200, KubeList({RunningPod("p", "1", "id")}));
    const char* const ps = "docker exec n ctr --namespace k8s.io tasks ps id";
    runner_.Expect(ps, FakeCommandRunner::Success("PID INFO\n10 -\n11 -\n"));
    runner_.Expect("docker exec n kill -STOP 10 11");
    runner_.Expect("docker exec n cat *", FakeCommandRunner::Success("10 (a) T 1\n11 (x) T 1\n"));
    runner_.Expect(ps, FakeCommandRunner::Success("PID INFO\n10 -\n11 -\n"));
    runner_.Expect("docker exec n sh -c *ioctl* lose /var/lib/stalwart-e2e/volumes/v/mount", std::move(said));
    runner_.Expect("docker exec n kill -KILL 10 11", FakeCommandRunner::Failure(1, "kill: (10): No such process"));
    runner_.Expect("docker exec n cat /proc/1/stat /proc/10/stat /proc/11/stat", FakeCommandRunner::Success(left));
    return LosePower(target_, volume_, deadline_);
  }
  Outcome<PowerBack> Restore(const std::string& journal, const std::string& left) {
    runner_.Expect("docker exec n sh -c * unmount /var/lib/stalwart-e2e/volumes/v");
    runner_.Expect("docker exec n sh -c *tune2fs* ask /var/lib/stalwart-e2e/volumes/v/image",
                   FakeCommandRunner::Success(journal + "\n"));
    runner_.Expect("docker exec n sh -c * mount /var/lib/stalwart-e2e/volumes/v");
    runner_.Expect("docker exec n sh -c * ask /var/lib/stalwart-e2e/volumes/v/mount",
                   FakeCommandRunner::Success(left + "\n"));
    return RestorePower(node_, clock_, volume_, deadline_);
  }

  const OwnVolume volume_{.name = "v", .ns = "ns", .claim = "stalwart", .size = 1};
};

TEST_F(PowerLossTest, IsLostWhenTheKernelRefusesAFileForTheDisksSake) {
  const auto receipt = Lose(FakeCommandRunner::Failure(1, "touch: cannot touch 'after': Input/output error\n"));
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(),
            "volume v is shut down without a flush under 2 stopped processes, which were killed; the kernel refused a "
            "new file "
            "(EIO)");
}

TEST_F(PowerLossTest, AFileSystemThatGoesOnHasItsPower) {
  EXPECT_THAT(Lose(FakeCommandRunner::Success("")),
              FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("no receipt"), HasSubstr("said \"yes\""))));
}

TEST_F(PowerLossTest, AKernelWithoutTheCallIsNoPowerLoss) {
  EXPECT_THAT(Lose(FakeCommandRunner::Failure(25, "Inappropriate ioctl for device\n")),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("Inappropriate ioctl")));
}

TEST_F(PowerLossTest, AServerThatCanNotBeKilledMayStillAnswer) {
  deadline_ = Deadline::In(clock_, Duration(0));
  EXPECT_THAT(Lose(FakeCommandRunner::Failure(1, "touch: cannot touch 'after': Input/output error\n"),
                   "1 (init) S 0\n11 (x) T 1\n"),
              FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("no receipt"), HasSubstr("states of processes: T"))));
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
