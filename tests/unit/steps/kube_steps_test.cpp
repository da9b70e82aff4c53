// kube.*, volume.*, endpoints.expect, wait.restarted and wait.replaced against a scripted Kubernetes API.
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class KubeStepsTest : public WorldFixture {
 protected:
  KubeStepsTest() { world_.baseline = {"claim-1", "pv-1", "pod-1", "container-1", 2}; }
};

TEST_F(KubeStepsTest, ExpectReadsTheObjectThatIsMeant) {
  kube_.Expect("GET /apis/apps/v1/namespaces/e2e/deployments/stalwart", 200, R"({"spec": {"replicas": 1}})");
  kube_.Expect("GET /api/v1/namespaces/e2e/services/stalwart", 200, R"({"spec": {"type": "NodePort"}})");
  kube_.Expect("GET /api/v1/namespaces/e2e/persistentvolumeclaims/stalwart", 200, R"({"status": {"phase": "Bound"}})");
  EXPECT_THAT(Run("kube.expect: {object: deployment, match: {spec: {replicas: 1}}}"), Succeeds());
  EXPECT_THAT(Run("kube.expect: {object: service, match: {spec: {type: NodePort}}}"), Succeeds());
  EXPECT_THAT(Run("kube.expect: {object: claim, match: {status: {phase: Bound}}}"), Succeeds());
}

TEST_F(KubeStepsTest, ExpectNamesTheFirstDifference) {
  kube_.Expect("GET *", 200, R"({"spec": {"replicas": 2}})");
  EXPECT_THAT(Run("kube.expect: {object: deployment, match: {spec: {replicas: 1}}}"),
              FailsWith(ErrorKind::kExpectation, "the deployment is not as expected: spec.replicas: expected 1, is 2"));
}

TEST_F(KubeStepsTest, ExpectOfAPodWantsExactlyOne) {
  kube_.Expect(kPods, 200, ListOf({PodObject("pod-1", "c", 0)}));
  EXPECT_THAT(Run("kube.expect: {object: pod, match: {spec: {containers: [{name: stalwart}]}}}"), Succeeds());
  kube_.Expect(kPods, 200, ListOf({PodObject("pod-1", "c", 0), PodObject("pod-2", "d", 0)}));
  EXPECT_THAT(Run("kube.expect: {object: pod, match: {}}"), FailsWith(ErrorKind::kExpectation, "2 pods, expected one"));
  kube_.Expect(kPods, 200, ListOf({}));
  EXPECT_THAT(Run("kube.expect: {object: pod, match: {}}"), FailsWith(ErrorKind::kExpectation, "0 pods, expected one"));
}

TEST_F(KubeStepsTest, AnObjectThatIsNotThereIsAnExpectation) {
  kube_.Expect("GET *", 404, R"({"message": "services \"stalwart\" not found"})");
  EXPECT_THAT(Run("kube.expect: {object: service, match: {}}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("not found")));
}

TEST_F(KubeStepsTest, WhatIsBeingDeletedIsAsGoodAsGone) {
  kube_.Expect("GET *persistentvolumeclaims/stalwart", 200,
               R"({"metadata": {"deletionTimestamp": "2026-11-24T02:30:00Z"}, "status": {"phase": "Bound"}})");
  EXPECT_THAT(Run("kube.expect: {object: claim, match: {status: {phase: Bound}}}"),
              FailsWith(ErrorKind::kExpectation, "the claim is being deleted"));
}

TEST_F(KubeStepsTest, TheAdminsSecretIsAnObjectToo) {
  kube_.Expect("GET /api/v1/namespaces/e2e/secrets/stalwart-admin", 200, R"({"type": "Opaque"})");
  EXPECT_THAT(Run("kube.expect: {object: admin-secret, match: {type: Opaque}}"), Succeeds());
}

TEST_F(KubeStepsTest, UnchangedIsTheSamePodContainerAndCount) {
  ExpectBaseline("claim-1", "pv-1", {PodObject("pod-1", "container-1", 2)});
  EXPECT_THAT(Run("kube.unchanged: {}"), Succeeds());
  const std::vector<std::vector<json>> others = {{PodObject("pod-2", "container-1", 2)},
                                                 {PodObject("pod-1", "container-2", 2)},
                                                 {PodObject("pod-1", "container-1", 3)},
                                                 {}};
  for (const std::vector<json>& pods : others) {
    ExpectBaseline("claim-1", "pv-1", pods);
    EXPECT_THAT(
        Run("kube.unchanged: {}"),
        FailsWith(ErrorKind::kExpectation, HasSubstr("pod pod-1 container container-1 restarts 2 is now pod ")));
  }
}

TEST_F(KubeStepsTest, UnchangedIgnoresAPodThatIsOnItsWayOut) {
  json leaving = PodObject("pod-0", "container-0", 0);
  leaving["metadata"]["deletionTimestamp"] = "2026-11-24T02:30:00Z";
  leaving["metadata"]["creationTimestamp"] = "2027-01-01T00:00:00Z";
  ExpectBaseline("claim-1", "pv-1", {PodObject("pod-1", "container-1", 2), leaving});
  EXPECT_THAT(Run("kube.unchanged: {}"), Succeeds());
}

TEST_F(KubeStepsTest, AVolumeIsTheSameByClaimUidAndVolumeName) {
  ExpectBaseline("claim-1", "pv-1", {});
  const auto note = Run("volume.remember: {save: v}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "claim claim-1, volume pv-1");
  ExpectBaseline("claim-1", "pv-1", {});
  EXPECT_THAT(Run("volume.same: {as: v}"), Succeeds());
  ExpectBaseline("claim-2", "pv-1", {});
  EXPECT_THAT(Run("volume.same: {as: v}"),
              FailsWith(ErrorKind::kExpectation,
                        HasSubstr("claim claim-1 with volume pv-1 is now claim claim-2 with volume pv-1")));
  ExpectBaseline("claim-1", "pv-2", {});
  EXPECT_THAT(Run("volume.same: {as: v}"), FailsWith(ErrorKind::kExpectation, HasSubstr("volume pv-2")));
  ExpectBaseline("", "", {});
  EXPECT_THAT(Run("volume.same: {as: v}"), FailsWith(ErrorKind::kExpectation, HasSubstr("is now claim  with")));
}

TEST_F(KubeStepsTest, NoClaimAndNoVolumeCanNotBeRemembered) {
  ExpectBaseline("", "", {});
  EXPECT_THAT(Run("volume.remember: {save: v}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("no claim \"stalwart\"")));
  ExpectBaseline("claim-1", "", {});
  EXPECT_THAT(Run("volume.remember: {save: v}"), FailsWith(ErrorKind::kExpectation, HasSubstr("with a volume")));
  EXPECT_TRUE(world_.volumes.empty());
}

std::string Slices(const std::vector<std::pair<std::string, bool>>& endpoints) {
  json list = json::array();
  for (const auto& [address, ready] : endpoints)
    list.push_back({{"addresses", {address}}, {"conditions", {{"ready", ready}}}});
  return json{{"kind", "List"},
              {"metadata", {{"resourceVersion", "7"}}},
              {"items", {{{"metadata", {{"name", "s"}, {"resourceVersion", "1"}}}, {"endpoints", list}}}}}
      .dump();
}

TEST_F(KubeStepsTest, EndpointsAreCountedWhenReady) {
  const std::string slices =
      "GET "
      "/apis/discovery.k8s.io/v1/namespaces/e2e/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dstalwart";
  kube_.Expect(slices, 200, Slices({{"10.0.0.1", true}, {"10.0.0.2", false}}));
  EXPECT_THAT(Run("endpoints.expect: {ready: 1}"), Succeeds());
  kube_.Expect(slices, 200, Slices({{"10.0.0.1", false}}));
  EXPECT_THAT(Run("endpoints.expect: {ready: 0}"), Succeeds());
}

TEST_F(KubeStepsTest, EndpointsThatDoNotComeAreNamedAtTheTimeout) {
  kube_.Expect("GET *endpointslices?*", 200, Slices({{"10.0.0.1", true}}));
  kube_.ExpectWatch("GET *watch=1*", {}).Doing([this] { clock_.Advance(Duration(5000)); });
  kube_.Expect("GET *endpointslices?*", 200, Slices({{"10.0.0.1", true}}));
  EXPECT_THAT(
      Run("endpoints.expect: {ready: 0, within: 3s}"),
      FailsWith(ErrorKind::kTimeout, AllOf(HasSubstr("0 ready endpoints"), HasSubstr("1 ready endpoints: 10.0.0.1"))));
}

TEST_F(KubeStepsTest, RestartedIsAnotherContainerInTheSamePod) {
  json after = PodObject("pod-1", "container-22", 3);
  after["status"]["containerStatuses"][0]["lastState"]["terminated"] = {{"exitCode", 137}, {"reason", "Error"}};
  world_.frozen = Frozen{"pod-1", "container-1", {1}};
  kube_.Expect(kPods, 200, ListOf({PodObject("pod-1", "container-1", 2)}));
  // One more restart of the same container, or another one without a restart, is not it.
  kube_.ExpectWatch(kWatchPods, {Event("MODIFIED", PodObject("pod-1", "container-1", 3)),
                                 Event("MODIFIED", PodObject("pod-1", "container-22", 2)), Event("MODIFIED", after)});
  const auto note = Run("wait.restarted: {}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("restarts 2 -> 3, last exit 137 (Error)"));
  EXPECT_FALSE(world_.frozen) << "what was frozen is gone";
}

TEST_F(KubeStepsTest, AnotherPodIsNotARestart) {
  kube_.Expect(kPods, 200, ListOf({PodObject("pod-2", "container-2", 9)}));
  kube_.ExpectWatch(kWatchPods, {}).Doing([this] { clock_.Advance(Duration(9000)); });
  kube_.Expect(kPods, 200, ListOf({PodObject("pod-2", "container-2", 9)}));
  EXPECT_THAT(Run("wait.restarted: {within: 5s}"), FailsWith(ErrorKind::kTimeout, HasSubstr("UID pod-1 is not there")));
}

TEST_F(KubeStepsTest, ReplacedIsAnotherPodWithoutTheOldOne) {
  kube_.Expect(kPods, 200, ListOf({PodObject("pod-1", "c", 2)}));
  kube_.ExpectWatch(kWatchPods,
                    {Event("ADDED", PodObject("pod-2", "d", 0)), Event("DELETED", PodObject("pod-1", "c", 2))});
  const auto note = Run("wait.replaced: {}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "receipt: pod pod-1 -> pod-2");
}

TEST_F(KubeStepsTest, AThawHasAReceiptOfItsOwn) {
  world_.frozen = Frozen{"pod-1", "container-1", {10}};
  runner_.Expect("docker exec node kill -CONT 10");
  runner_.Expect("docker exec node cat /proc/1/stat /proc/10/stat",
                 FakeCommandRunner::Success("1 (init) S 0\n10 (a) R 1\n"));
  const auto note = Run("fault.thaw: {}");
  ASSERT_THAT(note, Succeeds());
  ASSERT_EQ(world_.receipts.size(), 1u);
  EXPECT_EQ(world_.receipts[0].kind, "fault.thaw");
  EXPECT_EQ(*note, "receipt: " + world_.receipts[0].text);
  EXPECT_THAT(*note, HasSubstr("1 run again and 0 ended since"));
  EXPECT_FALSE(world_.frozen);
}

TEST_F(KubeStepsTest, WhatIsNotFrozenCanNotBeThawed) {
  EXPECT_THAT(Run("fault.thaw: {}"), FailsWith(ErrorKind::kInconclusive, "nothing is frozen"));
}

}  // namespace
}  // namespace e2e
