// What is installed for a scenario: namespace, volume, chart, values.
#include "unit/run/scenario_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using ScenarioInstallTest = ScenarioFixture;

TEST_F(ScenarioInstallTest, LeavesLogTranscriptAndValues) {
  BringUp(1);
  const ScenarioResult result = Run("x", {Good});
  EXPECT_EQ(result.artifacts, info_.folder / "scenarios" / "s-x");
  EXPECT_THAT(TempDir::Read(result.artifacts / "scenario.log"), HasSubstr("fake.act done in 0ms: seen"));
  EXPECT_TRUE(std::filesystem::exists(result.artifacts / "transcript.txt"));
  EXPECT_FALSE(std::filesystem::exists(result.artifacts / "diagnostics"));
  const json values = json::parse(TempDir::Read(result.artifacts / "values-reference.json"));
  EXPECT_EQ(values["image"],
            json::parse(R"({"repository": "registry.example.net:5000/mail", "tag": "7", "pullPolicy": "Never"})"));
  EXPECT_EQ(values["layout"], "v0.15");
  EXPECT_EQ(values["admin"]["password"], "***") << "the scenario is over";
  EXPECT_EQ(values["service"]["nodePorts"].size(), 8u);
  EXPECT_EQ(values["service"]["nodePorts"]["http"], 30100);
}

TEST_F(ScenarioInstallTest, AScenarioOfTheOtherLayoutRunsOnTheStandIn) {
  BringUp(1);
  CompiledScenario compiled = Scenario("x", {Good});
  compiled.scenario.install.layout = "v0.16";
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_THAT(result.servers, ElementsAre("fake-0.16"));
  EXPECT_THAT(result.steps[0].note, HasSubstr("with fake-0.16"));
  EXPECT_THAT(TempDir::Read(result.artifacts / "scenario.log"),
              AllOf(HasSubstr("server: fake server"), HasSubstr("NOT Stalwart"), HasSubstr("image fake:2")));
  const json values = json::parse(TempDir::Read(result.artifacts / "values-fake-0.16.json"));
  EXPECT_EQ(values["layout"], "v0.16");
  EXPECT_EQ(values["image"]["repository"], "fake");
  EXPECT_FALSE(values.contains("securityContext"));
}

TEST_F(ScenarioInstallTest, AReleasedChartGetsWhatItKnows) {
  const std::string old = dir_.Write("old/Chart.yaml", "version: 0.1.0\n").parent_path().string();
  options_.released = {old};
  BringUp(1);
  CompiledScenario compiled = Scenario("x", {Good});
  compiled.scenario.install.chart = "released";
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(runner_.Count("helm install * " + old + " *"), 1);
  const json values = json::parse(TempDir::Read(result.artifacts / "values-reference.json"));
  EXPECT_TRUE(values.contains("image"));
  EXPECT_FALSE(values.contains("service")) << "it has no values for node ports";
}

TEST_F(ScenarioInstallTest, WithoutSuchAReleaseNothingIsDecided) {
  BringUp(1);
  CompiledScenario compiled = Scenario("x", {Good});
  compiled.scenario.install.chart = "released-before";
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_EQ(runner_.Count("helm install *"), 0);
}

class MutantRunTest : public ScenarioFixture {
 protected:
  ScenarioResult RunOn(Mutant mutant, std::vector<ActStep::Act> acts) {
    BringUp(1);
    mutant.killer = {"s/x", "fake.act", "wrong answer"};
    mutant.where = {"sabotage/m.yaml", 1, 1};
    CompiledScenario compiled = Scenario("m", std::move(acts));
    compiled.scenario.mutant = std::make_shared<const Mutant>(std::move(mutant));
    return scenario_runner_->Run(compiled);
  }
  Mutant mutant_;
};

TEST_F(MutantRunTest, HelmCallsThisProgramWithThePatches) {
  mutant_.patches = {{.kind = "Service", .name = "", .when = ""}};
  const ScenarioResult result = RunOn(mutant_, {Bad});
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.mutant->fate, Fate::kKilled);
  EXPECT_EQ(runner_.Count("helm install * --post-renderer /proc/*/exe --post-renderer-args post-render "
                          "--post-renderer-args sabotage/m.yaml --post-renderer-args install *"),
            1);
  EXPECT_FALSE(std::filesystem::exists(result.artifacts / "diagnostics")) << "a mutant that is killed needs none";
}

TEST_F(MutantRunTest, WhatSurvivesIsAFailureWithDiagnostics) {
  mutant_.patches = {{.kind = "Service", .name = "", .when = ""}};
  const ScenarioResult result = RunOn(mutant_, {Good});
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_EQ(result.mutant->fate, Fate::kSurvived);
  EXPECT_TRUE(std::filesystem::exists(result.artifacts / "diagnostics"));
}

TEST_F(MutantRunTest, AnEditedChartTakesThePlaceOfTheOneUnderTest) {
  dir_.Write("chart/values.yaml", "good: true\n");
  mutant_.edits = {{"values.yaml", "true", "false"}};
  const ScenarioResult result = RunOn(mutant_, {Bad});
  EXPECT_EQ(result.mutant->fate, Fate::kKilled);
  EXPECT_EQ(runner_.Count("helm install * stalwart " + (result.artifacts / "chart").string() + " *"), 1);
  EXPECT_EQ(TempDir::Read(result.artifacts / "chart/values.yaml"), "good: false\n");
}

TEST_F(MutantRunTest, AnEditThatDoesNotFitIsVoid) {
  dir_.Write("chart/values.yaml", "good: true\n");
  mutant_.edits = {{"values.yaml", "nothing", ""}};
  EXPECT_EQ(RunOn(mutant_, {Bad}).mutant->fate, Fate::kVoid);
  EXPECT_EQ(runner_.Count("helm install *"), 0);
}

TEST_F(MutantRunTest, WhatHelmRefusesIsVoid) {
  runner_.failing = "helm install *";
  mutant_.values = {{"a", 1}};
  EXPECT_EQ(RunOn(mutant_, {Bad}).mutant->fate, Fate::kVoid);
}

TEST_F(ScenarioInstallTest, TheNamespaceIsMadeFirstWhenItHasLabels) {
  BringUp(2);
  CompiledScenario compiled = Scenario("x", {Good});
  compiled.scenario.install.namespace_labels = {{"pod-security.kubernetes.io/enforce", "restricted"}};
  EXPECT_EQ(scenario_runner_->Run(compiled).verdict, Verdict::kPass);
  EXPECT_THAT(api_->received().at(0), AllOf(StartsWith("POST /api/v1/namespaces "), HasSubstr("e2e-s-x"),
                                            HasSubstr(R"("pod-security.kubernetes.io/enforce":"restricted")")));
}

TEST_F(ScenarioInstallTest, AVolumeOfItsOwnIsMadeFirstAndRemovedLast) {
  BringUp(5);
  CompiledScenario compiled = Scenario("x", {Good});
  compiled.scenario.install.volume_size = 1 << 24;
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kPass) << (result.error ? result.error->Render() : "");
  EXPECT_THAT(api_->received(),
              ElementsAre(StartsWith("POST /api/v1/namespaces "), StartsWith("POST /api/v1/persistentvolumes "),
                          StartsWith("POST /api/v1/namespaces/e2e-s-x/persistentvolumeclaims "),
                          StartsWith("DELETE /api/v1/namespaces/e2e-s-x "),
                          StartsWith("DELETE /api/v1/persistentvolumes/e2e-s-x ")));
  EXPECT_THAT(runner_.ran, ElementsAre(HasSubstr("command -v mkfs.ext4"), HasSubstr("mkfs.ext4 -q"),
                                       HasSubstr("mount -o loop"), StartsWith("helm install"),
                                       StartsWith("helm uninstall"), HasSubstr("umount"), HasSubstr("rm -rf")));
  const json values = json::parse(TempDir::Read(result.artifacts / "values-reference.json"));
  EXPECT_EQ(values["persistence"]["existingClaim"], "stalwart");
}

TEST_F(ScenarioInstallTest, AVolumeThatCanNotBeMadeIsInfraAndUndone) {
  BringUp(3);
  runner_.failing = "*mount -o loop*";
  CompiledScenario compiled = Scenario("x", {Good});
  compiled.scenario.install.volume_size = 1 << 24;
  EXPECT_EQ(scenario_runner_->Run(compiled).verdict, Verdict::kInfra);
  EXPECT_EQ(runner_.Count("helm install *"), 0);
  EXPECT_EQ(runner_.Count("* rm -rf --one-file-system /var/lib/stalwart-e2e/volumes/e2e-s-x"), 1);
}

TEST_F(ScenarioInstallTest, APasswordThatTheChartMakesIsReadOutOfItsSecret) {
  BringUp(std::vector<std::string>{R"({"data": {"admin-password": "c2VjcmV0LTE="}})", "{}"});
  std::string password;
  CompiledScenario compiled = Scenario("x", {[&](World& world, Deadline) -> Outcome<std::string> {
                                         password = world.admin_password;
                                         return std::string();
                                       }});
  compiled.scenario.install.admin = InstallAdmin::kGenerated;
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(password, "secret-1");
  EXPECT_THAT(api_->received().at(0), HasSubstr("GET /api/v1/namespaces/e2e-s-x/secrets/stalwart-admin "));
  EXPECT_FALSE(json::parse(TempDir::Read(result.artifacts / "values-reference.json")).contains("admin"));
}

TEST_F(ScenarioInstallTest, AnotherChartStandsBesideTheOneUnderTestAndGetsTheImageOnly) {
  BringUp(1);
  dir_.Write("other/seed/Chart.yaml", "name: seed\n");
  CompiledScenario compiled = Scenario("x", {Good});
  compiled.scenario.install.chart = "other/seed";
  compiled.scenario.install.admin = InstallAdmin::kGenerated;
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(runner_.Count("helm install * " + (dir_ / "other/seed").string() + " *"), 1);
  EXPECT_EQ(json::parse(TempDir::Read(result.artifacts / "values-reference.json")).size(), 1u);
  compiled.scenario.install.chart = "other/none";
  EXPECT_THAT(scenario_runner_->Run(compiled).error->Render(), HasSubstr("there is no chart at"));
}

}  // namespace
}  // namespace e2e
