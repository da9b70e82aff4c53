#include "cluster/own_volume.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_kube_transport.h"
#include "support/kube_objects.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kLook = "docker exec n sh -c command -v mkfs.ext4 losetup";
constexpr const char* kMakeFile = "docker exec n sh -c *mkfs.ext4* make /var/lib/stalwart-e2e/volumes/e2e-x 1048576";
constexpr const char* kMount = "docker exec n sh -c *mount -o loop* mount /var/lib/stalwart-e2e/volumes/e2e-x";
constexpr const char* kUnmount = "docker exec n sh -c *umount* unmount /var/lib/stalwart-e2e/volumes/e2e-x";
constexpr const char* kRemove = "docker exec n rm -rf --one-file-system /var/lib/stalwart-e2e/volumes/e2e-x";

class OwnVolumeTest : public testing::Test {
 protected:
  Status Make() { return MakeOwnVolume(api_, node_, volume_, deadline_); }
  Status Remove() { return RemoveOwnVolume(api_, node_, "e2e-x", deadline_); }

  FakeClock clock_;
  FakeKubeTransport transport_;
  FakeCommandRunner runner_;
  KubeApi api_{transport_, clock_};
  Node node_{runner_, {.docker = "docker"}, "n"};
  const OwnVolume volume_{.name = "e2e-x", .ns = "e2e-x", .claim = "stalwart", .size = 1024 * 1024};
  const Deadline deadline_ = Deadline::In(clock_, Duration(10'000));
};

TEST_F(OwnVolumeTest, IsAFileSystemOfItsOwnBehindAClaim) {
  runner_.Expect(kLook).Expect(kMakeFile).Expect(kMount);
  transport_.Expect("POST /api/v1/persistentvolumes", 201, "{}");
  transport_.Expect("POST /api/v1/namespaces/e2e-x/persistentvolumeclaims", 201, "{}");
  ASSERT_THAT(Make(), Succeeds());
  const json made = json::parse(transport_.requests[0].body);
  EXPECT_EQ(made["metadata"]["name"], "e2e-x");
  // Without the mount the folder is not there, so no pod can take an empty one for its data.
  EXPECT_EQ(made["spec"]["local"]["path"], "/var/lib/stalwart-e2e/volumes/e2e-x/mount/data");
  EXPECT_EQ(made["spec"]["capacity"]["storage"], "1048576");
  EXPECT_EQ(made["spec"]["claimRef"]["name"], "stalwart");
  EXPECT_EQ(made["spec"]["persistentVolumeReclaimPolicy"], "Retain");
  const json term = made["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"][0];
  EXPECT_EQ(term["matchExpressions"][0]["values"], json::array({"n"}));
  const json claim = json::parse(transport_.requests[1].body);
  EXPECT_EQ(claim["metadata"]["name"], "stalwart");
  EXPECT_EQ(claim["spec"]["volumeName"], "e2e-x");
  EXPECT_EQ(claim["spec"]["storageClassName"], "");
  EXPECT_EQ(claim["spec"]["resources"]["requests"]["storage"], "1048576");
}

TEST_F(OwnVolumeTest, ANodeThatCanNotMakeFileSystemsIsNotTheProductsFault) {
  runner_.Expect(kLook, FakeCommandRunner::Failure(127, ""));
  EXPECT_THAT(Make(), FailsWith(ErrorKind::kInfra, HasSubstr("node n has no mkfs.ext4 and losetup")));
}

TEST_F(OwnVolumeTest, NeitherIsANodeWithoutALoopDevice) {
  runner_.Expect(kLook).Expect(kMakeFile).Expect(
      kMount, FakeCommandRunner::Failure(1, "losetup: cannot find an unused loop device"));
  const Status made = Make();
  EXPECT_THAT(made, FailsWith(ErrorKind::kInfra, HasSubstr("docker exec n")));
  EXPECT_THAT(made.error().Render(),
              AllOf(HasSubstr("unused loop device"), HasSubstr("mounting /var/lib/stalwart-e2e/volumes/e2e-x/image"),
                    HasSubstr("making volume e2e-x of 1048576 octets")));
}

TEST_F(OwnVolumeTest, TheFileIsRemovedWhenNobodyHasItAnyMore) {
  transport_.Expect("DELETE /api/v1/persistentvolumes/e2e-x", 200, "{}");
  runner_.Expect(kUnmount, FakeCommandRunner::Failure(32, "target is busy"))
      .Expect(kUnmount, FakeCommandRunner::Success("/dev/loop3: []: (/var/lib/stalwart-e2e/volumes/e2e-x/image)\n"))
      .Expect(kUnmount)
      .Expect(kRemove);
  EXPECT_THAT(Remove(), Succeeds());
}

TEST_F(OwnVolumeTest, AFileThatStaysInUseIsTold) {
  transport_.Expect("DELETE /api/v1/persistentvolumes/e2e-x", 404, "{}");
  for (int i = 0; i < 11; ++i) runner_.Expect(kUnmount, FakeCommandRunner::Success("/dev/loop3: in use\n"));
  EXPECT_THAT(Remove(), FailsWith(ErrorKind::kTimeout, HasSubstr("still in use: /dev/loop3")));
}

TEST_F(OwnVolumeTest, ClearsWhatTheApiAndWhatTheNodeKnows) {
  transport_.Expect("GET /api/v1/persistentvolumes?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dstalwart-e2e", 200,
                    KubeList({json{{"metadata", {{"name", "e2e-a"}}}}}));
  runner_.Expect("docker exec n sh -c * list /var/lib/stalwart-e2e/volumes",
                 FakeCommandRunner::Success("e2e-a\ne2e-b\n"));
  for (const std::string name : {"e2e-a", "e2e-b"}) {
    transport_.Expect("DELETE /api/v1/persistentvolumes/" + name, 200, "{}");
    runner_.Expect("docker exec n sh -c *umount*/" + name).Expect("docker exec n rm *volumes/" + name);
  }
  EXPECT_THAT(ClearOwnVolumes(api_, node_, deadline_), Succeeds());
}

}  // namespace
}  // namespace e2e
