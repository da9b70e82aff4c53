#include "run/scenario_runner.h"

#include <stdexcept>

#include "unit/run/scenario_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

using ScenarioRunnerTest = ScenarioFixture;

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
