// wait.refused, wait.gone, volume.fingerprint and volume.unchanged: what a guarded volume is proved with.
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class GuardStepsTest : public WorldFixture {
 protected:
  GuardStepsTest() { world_.baseline = {"claim-1", "pv-1", "pod-1", "container-1", 0}; }

  // A pod whose init container ended so, and whose server was not started.
  static json Refused(int exit_code) {
    json pod = PodObject("pod-2", "", 0);
    pod["status"]["phase"] = "Pending";
    pod["status"]["conditions"][0]["status"] = "False";
    pod["status"]["containerStatuses"][0] = {{"name", "stalwart"},
                                             {"state", {{"waiting", {{"reason", "PodInitializing"}}}}}};
    pod["status"]["initContainerStatuses"] = {
        {{"name", "layout-guard"}, {"state", {{"terminated", {{"exitCode", exit_code}}}}}}};
    return pod;
  }
  void ExpectLog(const std::string& text) {
    kube_.Expect("GET *pods/pod-pod-2/log?container=layout-guard&previous=true", 400, R"({"message": "no previous"})");
    kube_.Expect("GET *pods/pod-pod-2/log?container=layout-guard", 200, text);
  }
  void ExpectListing(const std::string& listing, const std::string& spec = R"({"hostPath": {"path": "/var/pv-1"}})") {
    kube_.Expect("GET /api/v1/namespaces/e2e/persistentvolumeclaims/stalwart", 200,
                 R"({"metadata": {"name": "stalwart", "uid": "claim-1"}, "spec": {"volumeName": "pv-1"}})");
    kube_.Expect("GET /api/v1/persistentvolumes/pv-1", 200, R"({"spec": )" + spec + "}");
    if (!listing.empty()) {
      runner_.Expect("docker exec node sh -c *sha256sum* sh /var/pv-1", FakeCommandRunner::Success(listing));
    }
  }
};

TEST_F(GuardStepsTest, ARefusalIsAnInitContainerThatSaysWhyWhileNoServerStarts) {
  ExpectNewestPod({});
  ExpectNewestPod({Refused(0)});
  ExpectNewestPod({Refused(1)});
  ExpectLog("layout-guard: REFUSED: layout v0.15\n");
  const auto note = Run("wait.refused: {container: layout-guard, says: layout v0.15}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("init container layout-guard of pod pod-pod-2 ended with 1"));
  EXPECT_EQ(world_.baseline.pod_uid, "pod-2") << "the next wait.replaced is for its end";
}

TEST_F(GuardStepsTest, TheRunBeforeCountsToo) {
  ExpectNewestPod({Refused(1)});
  kube_.Expect("GET *log?container=layout-guard&previous=true", 200, "layout v0.15\n");
  kube_.Expect("GET *log?container=layout-guard", 400, R"({"message": "is waiting to start"})");
  EXPECT_THAT(Run("wait.refused: {container: layout-guard, says: layout v0.15}"), Succeeds());
}

TEST_F(GuardStepsTest, AServerThatStartsEndsTheWait) {
  ExpectNewestPod({PodObject("pod-2", "container-2", 0)});
  EXPECT_THAT(Run("wait.refused: {container: layout-guard, says: x}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("the server of pod pod-pod-2 was started")));
  EXPECT_EQ(clock_.Elapsed(), Duration(0));
}

TEST_F(GuardStepsTest, ARefusalWithOtherWordsIsShownAtTheTimeout) {
  for (int i = 0; i < 2; ++i) {
    ExpectNewestPod({Refused(1)});
    ExpectLog("the image is unknown\n");
  }
  EXPECT_THAT(Run("wait.refused: {container: layout-guard, says: layout v0.15, within: 1s}"),
              FailsWith(ErrorKind::kTimeout, AllOf(HasSubstr("does not say"), HasSubstr("the image is unknown"))));
}

TEST_F(GuardStepsTest, GoneIsWithoutAnyPod) {
  kube_.Expect(kPods, 200, ListOf({PodObject("pod-1", "c", 0)}));
  kube_.ExpectWatch(kWatchPods, {Event("DELETED", PodObject("pod-1", "c", 0))});
  EXPECT_THAT(Run("wait.gone: {}"), Succeeds());
}

const std::string kAttributes = "d 777 0:0 1.0 \t.\nf 644 0:0 1.0 \t./a b\nl 777 0:0 1.0 a\t./link\n";
const std::string kContents = "0123  ./a b\n";

TEST_F(GuardStepsTest, AVolumeIsUnchangedWhateverTheOrderOfTheDisk) {
  ExpectListing(kAttributes + kContents);
  const auto note = Run("volume.fingerprint: {save: kept}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("volume pv-1: 3 paths"));
  EXPECT_EQ(TempDir::Read(dir_ / "volume-kept.txt"),
            ".\td 777 0:0 1.0\n./a b\tf 644 0:0 1.0 sha256 0123\n./link\tl 777 0:0 1.0 a\n");
  ExpectListing("f 644 0:0 1.0 \t./a b\nl 777 0:0 1.0 a\t./link\nd 777 0:0 1.0 \t.\n" + kContents,
                R"({"local": {"path": "/var/pv-1"}})");
  EXPECT_THAT(Run("volume.unchanged: {as: kept}"), Succeeds());
}

TEST_F(GuardStepsTest, TheFirstPathThatDiffersIsNamed) {
  ExpectListing(kAttributes + kContents);
  ASSERT_THAT(Run("volume.fingerprint: {save: kept}"), Succeeds());
  ExpectListing(kAttributes + "9999  ./a b\n");
  EXPECT_THAT(Run("volume.unchanged: {as: kept}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("./a b: was f 644 0:0 1.0 sha256 0123, is f 644 0:0 1.0 "
                                                           "sha256 9999")));
  ExpectListing("f 600 0:0 1.0 \t./.marker\n" + kAttributes + kContents + "aa  ./.marker\n");
  EXPECT_THAT(Run("volume.unchanged: {as: kept}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("./.marker: was not there, is f 600")));
  EXPECT_THAT(TempDir::Read(dir_ / "volume-kept-now.txt"), HasSubstr("./.marker"));
}

TEST_F(GuardStepsTest, AVolumeThatIsNoFolderOfTheNodeCanNotBeLookedInto) {
  ExpectListing("", R"({"nfs": {"path": "/x"}})");
  EXPECT_THAT(Run("volume.fingerprint: {save: kept}"), FailsWith(ErrorKind::kInconclusive, HasSubstr("not a folder")));
}

TEST_F(GuardStepsTest, AListingThatFailsIsNoFingerprint) {
  ExpectListing("");
  runner_.Expect("docker exec node sh *", FakeCommandRunner::Failure(1, "sh: cd: no such folder"));
  EXPECT_THAT(Run("volume.fingerprint: {save: kept}"), FailsWith(ErrorKind::kCommandFailed, HasSubstr("/var/pv-1")));
  EXPECT_TRUE(world_.listings.empty());
}

}  // namespace
}  // namespace e2e
