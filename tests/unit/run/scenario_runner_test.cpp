#include "run/scenario_runner.h"

#include <stdexcept>

#include "steps/world.h"
#include "unit/run/harness_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class ActStep : public Step {
 public:
  using Act = std::function<Outcome<std::string>(World&, Deadline)>;
  explicit ActStep(Act act) : act_(std::move(act)) {}
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override { return act_(world, deadline); }

 private:
  Act act_;
};

class ScenarioRunnerTest : public HarnessFixture {
 protected:
  void BringUp(std::size_t api_answers) { BringUp(std::vector<std::string>(api_answers, "{}")); }
  void BringUp(const std::vector<std::string>& api_answers) {
    ApiServer(api_answers);
    ASSERT_THAT(harness_.BringUp(), Succeeds());
    runner_.ran.clear();
    access_ = harness_.access();
    scenario_runner_ = std::make_unique<ScenarioRunner>(context_, *access_, harness_.cluster().lanes().front());
  }
  // A scenario "s/<stem>" that installs, doesn't wait, and does `acts`.
  CompiledScenario Scenario(const std::string& stem, std::vector<ActStep::Act> acts) {
    CompiledScenario compiled;
    compiled.scenario.suite = "s";
    compiled.scenario.stem = stem;
    compiled.scenario.title = "T";
    compiled.scenario.where = {stem + ".yaml", 1, 1};
    compiled.scenario.install.wait = InstallWait::kNone;
    int line = 4;
    for (ActStep::Act& act : acts) {
      compiled.steps.push_back({"fake.act",
                                {stem + ".yaml", line++, 5},
                                std::make_unique<ActStep>(std::move(act)),
                                /*checks=*/true});
    }
    return compiled;
  }
  ScenarioResult Run(const std::string& stem, std::vector<ActStep::Act> acts) {
    return scenario_runner_->Run(Scenario(stem, std::move(acts)));
  }
  static Outcome<std::string> Good(World&, Deadline) { return std::string("seen"); }
  static Outcome<std::string> Bad(World&, Deadline) { return Error(ErrorKind::kExpectation, "wrong answer"); }

  Harness harness_{context_, log_};
  std::optional<ClusterAccess> access_;
  std::unique_ptr<ScenarioRunner> scenario_runner_;
};

TEST_F(ScenarioRunnerTest, APassInstallsRunsAndUndoesEverything) {
  BringUp(1);
  const ScenarioResult result = Run("x", {Good, Good});
  EXPECT_EQ(result.verdict, Verdict::kPass) << (result.error ? result.error->Render() : "");
  EXPECT_EQ(result.id, "s/x");
  ASSERT_THAT(result.steps, SizeIs(3));
  EXPECT_EQ(result.steps[0].kind, "install");
  EXPECT_THAT(result.steps[0].note, HasSubstr("stalwart-0.1.0 with reference revision 1 deployed"));
  EXPECT_EQ(result.steps[2].note, "seen");
  EXPECT_EQ(result.steps[2].where.Text(), "x.yaml:5:5");
  EXPECT_EQ(runner_.Count("helm install *--namespace e2e-s-x"), 1);
  EXPECT_EQ(runner_.Count("helm uninstall *--namespace e2e-s-x"), 1);
  EXPECT_THAT(api_->received().at(0), HasSubstr("DELETE /api/v1/namespaces/e2e-s-x "));
  EXPECT_THAT(result.cleanup_errors, IsEmpty());
}

TEST_F(ScenarioRunnerTest, LeavesLogTranscriptAndValues) {
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
  EXPECT_THAT(values["admin"]["password"].get<std::string>(), StartsWith("e2e-"));
  EXPECT_EQ(values["service"]["nodePorts"].size(), 8u);
  EXPECT_EQ(values["service"]["nodePorts"]["http"], 30100);
}

TEST_F(ScenarioRunnerTest, AScenarioOfTheOtherLayoutRunsOnTheStandIn) {
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

TEST_F(ScenarioRunnerTest, TheNamespaceIsMadeFirstWhenItHasLabels) {
  BringUp(2);
  CompiledScenario compiled = Scenario("x", {Good});
  compiled.scenario.install.namespace_labels = {{"pod-security.kubernetes.io/enforce", "restricted"}};
  EXPECT_EQ(scenario_runner_->Run(compiled).verdict, Verdict::kPass);
  EXPECT_THAT(api_->received().at(0), AllOf(StartsWith("POST /api/v1/namespaces "), HasSubstr("e2e-s-x"),
                                            HasSubstr(R"("pod-security.kubernetes.io/enforce":"restricted")")));
}

TEST_F(ScenarioRunnerTest, AVolumeOfItsOwnIsMadeFirstAndRemovedLast) {
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

TEST_F(ScenarioRunnerTest, AVolumeThatCanNotBeMadeIsInfraAndUndone) {
  BringUp(3);
  runner_.failing = "*mount -o loop*";
  CompiledScenario compiled = Scenario("x", {Good});
  compiled.scenario.install.volume_size = 1 << 24;
  EXPECT_EQ(scenario_runner_->Run(compiled).verdict, Verdict::kInfra);
  EXPECT_EQ(runner_.Count("helm install *"), 0);
  EXPECT_EQ(runner_.Count("* rm -rf --one-file-system /var/lib/stalwart-e2e/volumes/e2e-s-x"), 1);
}

TEST_F(ScenarioRunnerTest, APasswordThatTheChartMakesIsReadOutOfItsSecret) {
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

TEST_F(ScenarioRunnerTest, AnotherChartStandsBesideTheOneUnderTestAndGetsTheImageOnly) {
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

TEST_F(ScenarioRunnerTest, TheFirstFailureEndsItAtItsLine) {
  BringUp(0);
  bool later = false;
  const ScenarioResult result = Run("x", {Good, Bad, [&](World&, Deadline) -> Outcome<std::string> {
                                            later = true;
                                            return std::string();
                                          }});
  EXPECT_EQ(result.verdict, Verdict::kFail);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->Render(), "x.yaml:5:5: wrong answer");
  EXPECT_THAT(result.steps, SizeIs(3));
  EXPECT_TRUE(result.steps[2].error);
  EXPECT_FALSE(later);
  EXPECT_TRUE(std::filesystem::exists(result.artifacts / "diagnostics"));
  EXPECT_EQ(runner_.Count("helm uninstall *"), 1);
  // The API server is away, so the namespace stays: that is told, and the first failure stands.
  EXPECT_THAT(result.cleanup_errors, SizeIs(1));
}

// A check that does `act`.
class ActCheck : public ActStep {
 public:
  ActCheck(std::string id, Act act) : ActStep(std::move(act)), info_{std::move(id), "RFC 1", "a rule", ""} {}
  const CheckInfo* Info() const override { return &info_; }

 private:
  CheckInfo info_;
};

TEST_F(ScenarioRunnerTest, AFailedCheckLetsTheNextOnesRun) {
  BringUp(0);
  CompiledScenario compiled = Scenario("x", {Good, Bad, Good, Bad});
  const std::vector<ActStep::Act> acts = {Good, Bad, Good, Bad};
  for (std::size_t i = 0; i < acts.size(); ++i) {
    compiled.steps[i].step = std::make_unique<ActCheck>("C" + std::to_string(i), acts[i]);
  }
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kFail);
  ASSERT_THAT(result.steps, SizeIs(5));
  EXPECT_EQ(result.steps[4].check->id, "C3");
  EXPECT_THAT(result.error->Render(),
              AllOf(StartsWith("x.yaml:5:5: 2 steps failed: C1, C3\n"), HasSubstr("x.yaml:5:5: wrong answer"),
                    HasSubstr("x.yaml:7:5: wrong answer")));
}

TEST_F(ScenarioRunnerTest, WhatIsNotTheProductsFaultEndsTheScenarioInACheckToo) {
  BringUp(0);
  CompiledScenario compiled = Scenario("x", {Bad, Good, Good});
  compiled.steps[0].step = std::make_unique<ActCheck>("C0", Bad);
  compiled.steps[1].step = std::make_unique<ActCheck>(
      "C1", [](World&, Deadline) -> Outcome<std::string> { return Error(ErrorKind::kInfra, "no engine"); });
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_THAT(result.steps, SizeIs(3));
  // The product was wrong before that.
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_THAT(result.error->Render(), HasSubstr("no engine"));
}

TEST_F(ScenarioRunnerTest, DeparturesFromTheContractAreHintsOfTheFailure) {
  BringUp(std::vector<std::string>{R"({"spec": {"ports": [{"name": "http", "port": 80, "targetPort": 81}]}})",
                                   R"({"spec": {"template": {"spec": {"containers": [{"name": "stalwart"}]}}}})"});
  const ScenarioResult result = Run("x", {[](World&, Deadline) -> Outcome<std::string> {
                                      return Error(ErrorKind::kExpectation, "wrong answer").Detail("what it said");
                                    }});
  EXPECT_EQ(result.verdict, Verdict::kFail);
  ASSERT_TRUE(result.error);
  EXPECT_THAT(
      result.error->Render(),
      AllOf(StartsWith("x.yaml:4:5: wrong answer\n    what it said\n"),
            HasSubstr("\n    hint: port http of the Service leads to port 81 of the container, the server listens "
                      "on 8080\n"),
            HasSubstr("\n    hint: the Service has no port imaps\n"),
            HasSubstr("\n    hint: no volume is mounted at /opt/stalwart")));
  EXPECT_THAT(api_->received(), ElementsAre(HasSubstr("GET /api/v1/namespaces/e2e-s-x/services/stalwart "),
                                            HasSubstr("GET /apis/apps/v1/namespaces/e2e-s-x/deployments/stalwart ")));
  EXPECT_THAT(TempDir::Read(result.artifacts / "scenario.log"), HasSubstr("hint: the Service has no port imaps"));
}

TEST_F(ScenarioRunnerTest, WithoutACheckThereIsNoPass) {
  BringUp(0);
  CompiledScenario compiled = Scenario("x", {Good, Good});
  for (CompiledStep& step : compiled.steps) step.checks = false;
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_THAT(result.error->Render(), StartsWith("x.yaml:1:1: no step of this scenario checks anything"));
}

TEST_F(ScenarioRunnerTest, AFaultWithoutAReceiptProvesNothing) {
  BringUp(0);
  CompiledScenario compiled = Scenario("x", {Good, Good, Good});
  compiled.steps[1].kind = "fault.fake";
  compiled.steps[1].breaks = true;
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  ASSERT_THAT(result.steps, SizeIs(3));
  EXPECT_THAT(
      result.error->Render(),
      AllOf(StartsWith("x.yaml:5:5: fault.fake has no receipt: nothing shows that it happened"), HasSubstr("seen")));
}

TEST_F(ScenarioRunnerTest, TheReceiptOfAnEarlierFaultIsNotThatOfALaterOne) {
  BringUp(0);
  const auto prove = [](World& world, Deadline) -> Outcome<std::string> { return world.Prove("fault.fake", "gone"); };
  CompiledScenario compiled = Scenario("x", {prove, Good});
  for (CompiledStep& step : compiled.steps) step.breaks = true;
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  ASSERT_THAT(result.steps, SizeIs(3));
  EXPECT_FALSE(result.steps[1].error);
  EXPECT_TRUE(result.steps[2].error);
}

TEST_F(ScenarioRunnerTest, TheReceiptStandsInTheResultWithoutPasswords) {
  BringUp(1);
  CompiledScenario compiled = Scenario("x", {[](World& world, Deadline) -> Outcome<std::string> {
                                         return world.Prove("fault.fake", "gone with " + world.admin_password);
                                       }});
  compiled.steps[0].breaks = true;
  const ScenarioResult result = scenario_runner_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_THAT(result.steps[1].receipt, AllOf(StartsWith("gone with "), Not(HasSubstr("e2e-"))));
  EXPECT_EQ(result.steps[1].note, "receipt: " + result.steps[1].receipt);
}

TEST_F(ScenarioRunnerTest, AFailedInstallIsUndoneToo) {
  BringUp(0);
  runner_.failing = "helm install*";
  const ScenarioResult result = Run("x", {Good});
  EXPECT_EQ(result.verdict, Verdict::kFail);
  ASSERT_THAT(result.steps, SizeIs(1));
  EXPECT_THAT(result.error->Render(), HasSubstr("it is broken"));
  EXPECT_EQ(result.error->where()->Text(), "x.yaml:1:1");
  EXPECT_EQ(runner_.Count("helm uninstall *"), 1);
}

TEST_F(ScenarioRunnerTest, AnExceptionIsADefectOfTheHarness) {
  BringUp(0);
  const ScenarioResult result =
      Run("x", {[](World&, Deadline) -> Outcome<std::string> { throw std::out_of_range("at"); }});
  EXPECT_EQ(result.verdict, Verdict::kInfra);
  EXPECT_THAT(result.error->Render(), HasSubstr("unexpected exception: at"));
}

TEST_F(ScenarioRunnerTest, ACleanUpThatFailsMakesAPassInfra) {
  BringUp(1);
  runner_.failing = "helm uninstall*";
  const ScenarioResult result = Run("x", {Good});
  EXPECT_EQ(result.verdict, Verdict::kInfra);
  ASSERT_THAT(result.cleanup_errors, SizeIs(1));
  EXPECT_THAT(result.error->Render(), HasSubstr("while cleaning up: release stalwart"));
}

TEST_F(ScenarioRunnerTest, AStepEndsAtItsOwnLimitOrTheScenarios) {
  BringUp(1);
  std::vector<Duration> left;
  const auto look = [&](World& world, Deadline deadline) -> Outcome<std::string> {
    left.push_back(deadline.Left(world.clock));
    clock_.Advance(Duration(70'000));
    return std::string();
  };
  CompiledScenario compiled = Scenario("x", {look, look});
  compiled.scenario.timeout = Duration(100'000);
  EXPECT_EQ(scenario_runner_->Run(compiled).verdict, Verdict::kPass);
  EXPECT_THAT(left, ElementsAre(Duration(60'000), Duration(30'000)));
}

TEST_F(ScenarioRunnerTest, WhatIsKeptIsNotUndone) {
  options_.keep = Keep::kFailed;
  BringUp(1);
  EXPECT_TRUE(Run("x", {Bad}).kept);
  EXPECT_EQ(runner_.Count("helm uninstall *"), 0);
  options_.keep = Keep::kAlways;
  EXPECT_TRUE(Run("y", {Good}).kept);
  EXPECT_EQ(runner_.Count("helm uninstall *"), 0);
}

TEST_F(ScenarioRunnerTest, EachRunHasANamespaceAndAFolderOfItsOwn) {
  BringUp(1);
  const ScenarioResult result = scenario_runner_->Run(Scenario("x", {Good}), {.round = 2, .attempt = 3});
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.round, 2);
  EXPECT_EQ(result.artifacts, info_.folder / "scenarios" / "s-x-r2-a3");
  EXPECT_EQ(runner_.Count("helm install *--namespace e2e-s-x-r2-a3"), 1);
}

TEST_F(ScenarioRunnerTest, AnInterruptedStepIsTornDownInOrder) {
  BringUp(0);
  const ScenarioResult result = Run("x", {[&](World&, Deadline) -> Outcome<std::string> {
                                      interrupt_.Request();
                                      return Error(ErrorKind::kInterrupted, "stopped");
                                    }});
  EXPECT_EQ(result.verdict, Verdict::kInterrupted);
  EXPECT_EQ(runner_.Count("helm uninstall *"), 1);
}

}  // namespace
}  // namespace e2e
