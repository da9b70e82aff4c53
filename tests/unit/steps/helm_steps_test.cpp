#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class HelmStepsTest : public WorldFixture {
 protected:
  json ValuesOf(const std::string& name) const {
    return json::parse(TempDir::Read(dir_ / ("values-" + name + ".json")));
  }
};

const std::string kRelease =
    R"({"version": 3, "info": {"status": "deployed"}, "chart": {"metadata": {"name": "stalwart", "version": "0.1.0"}}})";

TEST_F(HelmStepsTest, InstallsWithTheScenariosFilesAndOverThemWhatTheHarnessSays) {
  runner_.Expect("helm install *stalwart chart *--values base.yaml --values *values-reference.json --namespace e2e",
                 FakeCommandRunner::Success(kRelease));
  const auto note = Run("helm.install: {}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "stalwart-0.1.0 revision 3 deployed");
  EXPECT_EQ(ValuesOf("reference"), json::parse(R"({
    "image": {"repository": "mail", "tag": "1", "pullPolicy": "Never"}, "layout": "v0.15",
    "securityContext": {"allowPrivilegeEscalation": false},
    "service": {"nodePorts": {"http": 30100, "smtp": 30101}}, "admin": {"password": "admin-secret"}})"));
}

TEST_F(HelmStepsTest, TheScenariosSetComesAfterThatAndTheStepsOwnLast) {
  world_.values.set = {{"replicaCount", 1}};
  const std::string before = "helm upgrade --reset-values *base.yaml *reference.json *scenario.json *";
  runner_.Expect(before + "values-step-1.json --namespace e2e", FakeCommandRunner::Success(kRelease));
  runner_.Expect(before + "values-step-2.json --namespace e2e", FakeCommandRunner::Success(kRelease));
  ASSERT_THAT(Run("helm.upgrade: {set: {persistence: {enabled: false}}}"), Succeeds());
  ASSERT_THAT(Run("helm.upgrade: {set: {replicaCount: 0}}"), Succeeds());
  EXPECT_EQ(ValuesOf("scenario"), json::parse(R"({"replicaCount": 1})"));
  EXPECT_EQ(ValuesOf("step-1"), json::parse(R"({"persistence": {"enabled": false}})"));
  EXPECT_EQ(ValuesOf("step-2"), json::parse(R"({"replicaCount": 0})"));
}

TEST_F(HelmStepsTest, APasswordThatTheChartMakesIsNoValue) {
  world_.values.admin_generated = true;
  runner_.Expect("helm install *", FakeCommandRunner::Success(kRelease));
  ASSERT_THAT(Run("helm.install: {}"), Succeeds());
  EXPECT_FALSE(ValuesOf("reference").contains("admin"));
}

TEST_F(HelmStepsTest, AnotherLayoutIsAnotherServerFromThenOn) {
  runner_.Expect("helm upgrade *values-fake-0.16.json *", FakeCommandRunner::Success(kRelease));
  const auto note = Run("helm.upgrade: {layout: v0.16}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("from now on with the fake server"));
  EXPECT_EQ(world_.profile().name, "fake-0.16");
  EXPECT_EQ(world_.servers_used.back(), "fake-0.16");
  EXPECT_EQ(ValuesOf("fake-0.16")["layout"], "v0.16");
  EXPECT_FALSE(ValuesOf("fake-0.16").contains("securityContext"));
  runner_.Expect("helm upgrade *values-fake-0.16.json *", FakeCommandRunner::Success(kRelease));
  EXPECT_THAT(Run("helm.upgrade: {}"), Succeeds());
}

TEST_F(HelmStepsTest, WithoutAServerOfTheLayoutItIsInconclusive) {
  servers_ = *FindServers("reference", "mail:1", "", "");
  EXPECT_THAT(Run("helm.upgrade: {layout: v0.16}"),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("no server of layout v0.16")));
}

TEST_F(HelmStepsTest, ReusedValuesGetTheStepsOwnOnly) {
  runner_.Expect(
      "helm upgrade --reuse-values stalwart chart --output json --values *values-step-1.json --namespace e2e",
      FakeCommandRunner::Success(kRelease));
  ASSERT_THAT(Run("helm.upgrade: {former: reuse, set: {replicaCount: 0}}"), Succeeds());
  runner_.Expect("helm upgrade --reuse-values stalwart chart --output json --values *values-reused-fake-0.16.json *",
                 FakeCommandRunner::Success(kRelease));
  ASSERT_THAT(Run("helm.upgrade: {former: reuse, layout: v0.16}"), Succeeds());
  EXPECT_EQ(ValuesOf("reused-fake-0.16"), json::parse(R"({
    "image": {"repository": "fake", "tag": "2", "pullPolicy": "Never"}, "layout": "v0.16"})"));
}

TEST_F(HelmStepsTest, AnotherChartGetsTheImageOnly) {
  const std::string chart = dir_.Write("tests/seed/Chart.yaml", "name: seed\n").parent_path().string();
  world_.chart = dir_ / "chart/";
  runner_.Expect("helm install *stalwart " + chart + " *", FakeCommandRunner::Success(kRelease));
  ASSERT_THAT(Run("helm.install: {chart: tests/seed}"), Succeeds());
  EXPECT_EQ(ValuesOf("reference").size(), 1u);
  EXPECT_THAT(Run("helm.install: {chart: tests/none}"), FailsWith(ErrorKind::kBadScenario, HasSubstr("tests/none")));
}

TEST_F(HelmStepsTest, ARefusalCarriesHelmsWords) {
  runner_.Expect("helm upgrade *", FakeCommandRunner::Failure(1, "Error: values don't meet the specifications\n"));
  EXPECT_THAT(Run("helm.upgrade: {}"), FailsWith(ErrorKind::kExpectation, HasSubstr("values don't meet")));
}

TEST_F(HelmStepsTest, ARefusalMayBeWhatIsWanted) {
  runner_.Expect("helm upgrade *", FakeCommandRunner::Failure(1, "Error: replicaCount must be 1\n"));
  EXPECT_THAT(Run("helm.upgrade: {layout: v0.16, fails: replicaCount must be 1}"), Succeeds());
  EXPECT_EQ(world_.profile().name, "reference") << "what helm refused changes nothing";
  runner_.Expect("helm upgrade *", FakeCommandRunner::Failure(1, "Error: something else\n"));
  EXPECT_THAT(Run("helm.upgrade: {fails: replicaCount}"),
              FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("not with"), HasSubstr("something else"))));
  runner_.Expect("helm upgrade *", FakeCommandRunner::Success(kRelease));
  EXPECT_THAT(Run("helm.upgrade: {fails: replicaCount}"), FailsWith(ErrorKind::kExpectation, HasSubstr("but did it")));
  runner_.Expect("helm upgrade *",
                 FakeCommandRunner::Failure(1, "Error: Kubernetes cluster unreachable: replicaCount"));
  EXPECT_THAT(Run("helm.upgrade: {fails: replicaCount}"), FailsWith(ErrorKind::kCommandFailed, testing::_));
}

TEST_F(HelmStepsTest, ARollbackGoesBackToTheServerBefore) {
  EXPECT_THAT(Run("helm.rollback: {}"), FailsWith(ErrorKind::kInconclusive, HasSubstr("no revision to go back to")));
  runner_.Expect("helm upgrade *", FakeCommandRunner::Success(kRelease));
  ASSERT_THAT(Run("helm.upgrade: {layout: v0.16}"), Succeeds());
  runner_.Expect("helm rollback stalwart --namespace e2e", FakeCommandRunner::Failure(1, "Error: no such revision"));
  EXPECT_THAT(Run("helm.rollback: {}"), FailsWith(ErrorKind::kExpectation, HasSubstr("no such revision")));
  EXPECT_EQ(world_.profile().name, "fake-0.16");
  runner_.Expect("helm rollback stalwart --namespace e2e", FakeCommandRunner::Success(""));
  const auto note = Run("helm.rollback: {}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("from now on with the reference server"));
  EXPECT_EQ(world_.profile().name, "reference");
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
