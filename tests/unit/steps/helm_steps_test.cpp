#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using testing::HasSubstr;

using HelmStepsTest = WorldFixture;

const std::string kRelease =
    R"({"version": 3, "info": {"status": "deployed"}, "chart": {"metadata": {"name": "stalwart", "version": "0.1.0"}}})";

TEST_F(HelmStepsTest, InstallsWithTheScenariosValues) {
  runner_.Expect("helm install *stalwart chart *--values base.json --namespace e2e",
                 FakeCommandRunner::Success(kRelease));
  const auto note = Run("helm.install: {}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "revision 3 deployed");
}

TEST_F(HelmStepsTest, TheStepsOwnValuesComeLastInAFileOfTheirOwn) {
  runner_.Expect("helm upgrade *--values base.json --values *values-step-1.json --namespace e2e",
                 FakeCommandRunner::Success(kRelease));
  runner_.Expect("helm upgrade *--values base.json --values *values-step-2.json --namespace e2e",
                 FakeCommandRunner::Success(kRelease));
  ASSERT_THAT(Run("helm.upgrade: {set: {persistence: {enabled: false}}}"), Succeeds());
  ASSERT_THAT(Run("helm.upgrade: {set: {replicaCount: 0}}"), Succeeds());
  EXPECT_EQ(nlohmann::json::parse(TempDir::Read(dir_ / "values-step-1.json")),
            nlohmann::json::parse(R"({"persistence": {"enabled": false}})"));
  EXPECT_EQ(nlohmann::json::parse(TempDir::Read(dir_ / "values-step-2.json")),
            nlohmann::json::parse(R"({"replicaCount": 0})"));
}

TEST_F(HelmStepsTest, ARefusalCarriesHelmsWords) {
  runner_.Expect("helm upgrade *", FakeCommandRunner::Failure(1, "Error: values don't meet the specifications\n"));
  EXPECT_THAT(Run("helm.upgrade: {}"), FailsWith(ErrorKind::kExpectation, HasSubstr("values don't meet")));
}

TEST_F(HelmStepsTest, UninstallEndsWhenNoPodIsLeft) {
  runner_.Expect("helm uninstall stalwart *", FakeCommandRunner::Success(""));
  kube_.Expect(kPods, 200, ListOf({PodObject("pod-1", "c", 0)}));
  kube_.ExpectWatch(kWatchPods, {Event("DELETED", PodObject("pod-1", "c", 0))});
  EXPECT_THAT(Run("helm.uninstall: {}"), Succeeds());
}

TEST_F(HelmStepsTest, APodThatStaysIsNamed) {
  runner_.Expect("helm uninstall stalwart *", FakeCommandRunner::Success(""));
  kube_.Expect(kPods, 200, ListOf({PodObject("pod-1", "c", 0)}));
  kube_.ExpectWatch(kWatchPods, {}).Doing([this] { clock_.Advance(Duration(9000)); });
  kube_.Expect(kPods, 200, ListOf({PodObject("pod-1", "c", 0)}));
  EXPECT_THAT(Run("helm.uninstall: {within: 5s}"),
              FailsWith(ErrorKind::kTimeout, HasSubstr("pod pod-pod-1 is still there")));
}

}  // namespace
}  // namespace e2e
