#include "cluster/volume_faults.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kMount = "/var/lib/stalwart-e2e/volumes/v/mount";

class VolumeFaultsTest : public testing::Test {
 protected:
  void ExpectFree(long long blocks) {
    runner_.Expect(std::string("docker exec n stat --file-system --format %a %S ") + kMount,
                   FakeCommandRunner::Success(std::to_string(blocks) + " 4096\n"));
  }
  void ExpectWrite(int file, long long octets, CommandResult result) {
    runner_.Expect("docker exec n dd if=/dev/zero of=" + std::string(kMount) + "/fill/" + std::to_string(file) +
                       " bs=64K count=" + std::to_string(octets) + " iflag=count_bytes oflag=append conv=notrunc,fsync",
                   std::move(result));
  }
  static CommandResult NoSpace() {
    return FakeCommandRunner::Failure(1, "dd: error writing 'fill': No space left on device\n");
  }
  Outcome<VolumeFilled> Fill(long long leave) {
    return FillVolume(node_, clock_, volume_, leave, Deadline::In(clock_, Duration(1000)));
  }
  Outcome<VolumeFreed> Free() { return FreeVolume(node_, volume_, Deadline::In(clock_, Duration(1000))); }

  FakeClock clock_;
  FakeCommandRunner runner_;
  Node node_{runner_, {.docker = "docker"}, "n"};
  const OwnVolume volume_{.name = "v", .ns = "ns", .claim = "stalwart", .size = 1};
};

TEST_F(VolumeFaultsTest, IsFullWhenTheKernelRefusesAndNothingIsFree) {
  ExpectFree(10);
  ExpectWrite(1, 40961, NoSpace());
  // What the large file could not use goes into another one.
  ExpectFree(1);
  ExpectWrite(2, 4097, NoSpace());
  ExpectFree(0);
  const auto receipt = Fill(0);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "volume v had 40960 octets free and has 0, the kernel refused to write more (ENOSPC)");
}

TEST_F(VolumeFaultsTest, WithoutARefusalItIsNotFull) {
  ExpectFree(1);
  // The server gave some back meanwhile, and took it again.
  ExpectWrite(1, 4097, FakeCommandRunner::Success(""));
  ExpectFree(0);
  ExpectWrite(2, 1, NoSpace());
  ExpectFree(0);
  EXPECT_THAT(Fill(0), Succeeds());
}

TEST_F(VolumeFaultsTest, LeavesWhatItIsTold) {
  ExpectFree(10);
  ExpectWrite(1, 32768, FakeCommandRunner::Success(""));
  ExpectFree(2);
  const auto receipt = Fill(8192);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "volume v had 40960 octets free and has 8192");
}

TEST_F(VolumeFaultsTest, AVolumeThatStaysRoomyIsInconclusive) {
  ExpectFree(10);
  for (int i = 1; i <= 6; ++i) {
    ExpectWrite(i, 40961, NoSpace());
    ExpectFree(10);
  }
  EXPECT_THAT(Fill(0), FailsWith(ErrorKind::kInconclusive,
                                 AllOf(HasSubstr("filling of volume v has no receipt"), HasSubstr("40960 octets"))));
}

TEST_F(VolumeFaultsTest, AnotherFailureThanNoSpaceIsNoFullVolume) {
  ExpectFree(10);
  ExpectWrite(1, 40961, FakeCommandRunner::Failure(1, "dd: error writing 'fill': Input/output error\n"));
  const auto receipt = Fill(0);
  EXPECT_THAT(receipt, FailsWith(ErrorKind::kInconclusive, HasSubstr("no receipt")));
  EXPECT_THAT(receipt.error().Render(), HasSubstr("Input/output error"));
}

TEST_F(VolumeFaultsTest, FreeTellsWhatCameBack) {
  ExpectFree(0);
  runner_.Expect("docker exec n find /var/lib/stalwart-e2e/volumes/v/mount/fill -type f -delete");
  ExpectFree(9);
  const auto receipt = Free();
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "volume v had 0 octets free and has 36864");
}

TEST_F(VolumeFaultsTest, WhatWasNotFullCanNotBeFreed) {
  ExpectFree(9);
  runner_.Expect("docker exec n find *");
  ExpectFree(9);
  EXPECT_THAT(Free(), FailsWith(ErrorKind::kInconclusive, HasSubstr("36864 octets were free and 36864 are")));
}

constexpr const char* kRemountRo = "docker exec n mount -o remount,ro /var/lib/stalwart-e2e/volumes/v/mount";
constexpr const char* kRemountRw = "docker exec n mount -o remount,rw /var/lib/stalwart-e2e/volumes/v/mount";
constexpr const char* kTouch = "docker exec n touch /var/lib/stalwart-e2e/volumes/v/mount/fill/written";

TEST_F(VolumeFaultsTest, IsReadOnlyWhenTheKernelRefusesAFile) {
  runner_.Expect(kRemountRo, FakeCommandRunner::Failure(32, "mount point is busy.\n"))
      .Expect(kRemountRo)
      .Expect(kTouch, FakeCommandRunner::Failure(1, "touch: cannot touch 'written': Read-only file system\n"));
  const auto receipt = MakeReadOnly(node_, clock_, volume_, Deadline::In(clock_, Duration(1000)));
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "volume v is mounted read-only, the kernel refused a new file (EROFS)");
}

TEST_F(VolumeFaultsTest, AVolumeInUseIsNotReadOnly) {
  runner_.Expect(kRemountRo, FakeCommandRunner::Failure(32, "mount point is busy.\n"))
      .Expect(kRemountRo, FakeCommandRunner::Failure(32, "mount point is busy.\n"));
  EXPECT_THAT(MakeReadOnly(node_, clock_, volume_, Deadline::In(clock_, Duration(100))),
              FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("no receipt"), HasSubstr("busy"))));
}

TEST_F(VolumeFaultsTest, AFileThatCanBeMadeIsNoReceiptForReadOnly) {
  runner_.Expect(kRemountRo).Expect(kTouch);
  EXPECT_THAT(MakeReadOnly(node_, clock_, volume_, Deadline::In(clock_, Duration(1000))),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("the kernel said \"yes\"")));
}

TEST_F(VolumeFaultsTest, IsWritableWhenAFileCanBeMade) {
  runner_.Expect(kRemountRw).Expect(kTouch);
  const auto receipt = MakeWritable(node_, volume_, Deadline::In(clock_, Duration(1000)));
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "volume v is mounted for writing, a new file was made");
}

TEST_F(VolumeFaultsTest, IsNotWritableWhenTheKernelRefusesAFile) {
  runner_.Expect(kRemountRw).Expect(kTouch, FakeCommandRunner::Failure(1, "touch: Read-only file system\n"));
  EXPECT_THAT(MakeWritable(node_, volume_, Deadline::In(clock_, Duration(1000))),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("no receipt")));
}

}  // namespace
}  // namespace e2e
