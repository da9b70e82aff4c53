#include "run/judge.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cluster/helm_release.h"
#include "run/kill_matrix.h"
#include "run/result_json.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Mutant Broken() {
  Mutant mutant;
  mutant.id = "broken";
  mutant.breaks = "It is broken";
  mutant.killer = {"smoke/ports", "mail.login", "ReadinessFails"};
  mutant.where = {"sabotage/broken.yaml", 1, 1};
  return mutant;
}

StepResult Step(const std::string& kind, std::optional<Error> error = {}) {
  return {kind, {"x.yaml", 3, 5}, "", Duration(5), std::move(error)};
}

// A scenario that ended with this step.
ScenarioResult Ended(const std::string& kind, const Error& error) {
  ScenarioResult result{.id = "sabotage/broken", .title = "It is broken"};
  result.steps = {Step("endpoints.greet"), Step(kind, error)};
  result.error = error;
  result.verdict = VerdictOf(error);
  return result;
}

ScenarioResult Judged(ScenarioResult result, const Mutant& mutant = Broken()) {
  Judge(mutant, result);
  EXPECT_TRUE(result.mutant);
  return result;
}

TEST(Judge, TheNamedStepWithTheNamedReasonKills) {
  const ScenarioResult result =
      Judged(Ended("mail.login", Error(ErrorKind::kTimeout, "no answer").Because("ReadinessFails")));
  EXPECT_EQ(result.mutant->fate, Fate::kKilled);
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.note, "killed by mail.login: no answer");
  EXPECT_FALSE(result.error);
}

TEST(Judge, TheReasonMayBeWordsOfTheFailure) {
  Mutant mutant = Broken();
  mutant.killer.reason = "port imaps";
  EXPECT_EQ(Judged(Ended("mail.login", Error(ErrorKind::kTransport, "x").While("port imaps")), mutant).mutant->fate,
            Fate::kKilled);
}

TEST(Judge, ACheckKillsByItsId) {
  Mutant mutant = Broken();
  mutant.killer = {"conformance/smtp", "S05", "550"};
  ScenarioResult result = Ended("check", Error(ErrorKind::kExpectation, "expected 550"));
  result.steps.back().check = CheckInfo{"S05", "RFC", "refused", ""};
  EXPECT_EQ(Judged(result, mutant).mutant->fate, Fate::kKilled);
  mutant.killer.step = "S06";
  EXPECT_EQ(Judged(result, mutant).mutant->fate, Fate::kWrong);
}

TEST(Judge, AScenarioThatPassesLetsTheMutantSurvive) {
  ScenarioResult passed{.id = "sabotage/broken"};
  passed.verdict = Verdict::kPass;
  const ScenarioResult result = Judged(passed);
  EXPECT_EQ(result.mutant->fate, Fate::kSurvived);
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_THAT(result.error->Render(),
              HasSubstr("mutant survived: smoke/ports passed; mail.login of smoke/ports must fail with"));
  EXPECT_EQ(result.error->where()->file, "sabotage/broken.yaml");
}

TEST(Judge, AnotherStepOrAnotherReasonIsWrong) {
  const Error named = Error(ErrorKind::kTimeout, "no answer").Because("ReadinessFails");
  EXPECT_EQ(Judged(Ended("mail.send", named)).mutant->fate, Fate::kWrong);
  const ScenarioResult result = Judged(Ended("mail.login", Error(ErrorKind::kTransport, "refused")));
  EXPECT_EQ(result.mutant->fate, Fate::kWrong);
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_EQ(result.mutant->seen, "mail.login: refused");
}

TEST(Judge, AnInconclusiveScenarioKillsNothing) {
  const Error error = Error(ErrorKind::kInconclusive, "no receipt").Because("ReadinessFails");
  EXPECT_EQ(Judged(Ended("mail.login", error)).mutant->fate, Fate::kWrong);
}

TEST(Judge, WhatHelmOrTheClusterRefusesIsVoid) {
  const ScenarioResult result = Judged(Ended(
      "install", Error(ErrorKind::kExpectation, "helm refused").Because(kHelmRefused).Detail("no object is Job x")));
  EXPECT_EQ(result.mutant->fate, Fate::kVoid);
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_THAT(result.mutant->seen, HasSubstr("no object is Job x"));
}

TEST(Judge, ARefusedInstallIsVoidEvenWhenItIsNamed) {
  Mutant mutant = Broken();
  mutant.killer = {"smoke/ports", "install", kHelmRefused};
  EXPECT_EQ(Judged(Ended("install", Error(ErrorKind::kExpectation, "no").Because(kHelmRefused)), mutant).mutant->fate,
            Fate::kVoid);
}

TEST(Judge, ALaterRefusalKillsWhenItIsNamed) {
  Mutant mutant = Broken();
  mutant.killer = {"smoke/ports", "helm.upgrade", "nil pointer"};
  const Error error = Error(ErrorKind::kExpectation, "helm refused: nil pointer").Because(kHelmRefused);
  EXPECT_EQ(Judged(Ended("helm.upgrade", error), mutant).mutant->fate, Fate::kKilled);
}

TEST(Judge, AnEditThatChangesNothingIsVoid) {
  EXPECT_EQ(Judged(Ended("install", Error(ErrorKind::kExpectation, "0 times").Because(kNoMutant))).mutant->fate,
            Fate::kVoid);
}

TEST(Judge, InfrastructureAndInterruptsSayNothing) {
  for (const ErrorKind kind : {ErrorKind::kInfra, ErrorKind::kInterrupted}) {
    const ScenarioResult result = Judged(Ended("mail.login", Error(kind, "away").Because("ReadinessFails")));
    EXPECT_EQ(result.mutant->fate, Fate::kUnjudged);
    EXPECT_EQ(result.verdict, kind == ErrorKind::kInfra ? Verdict::kInfra : Verdict::kInterrupted);
  }
}

TEST(Judge, TheFateGoesThroughJson) {
  const ScenarioResult result =
      Judged(Ended("mail.login", Error(ErrorKind::kTimeout, "no answer").Because("ReadinessFails")));
  const auto read = ResultFromJson(ToJson(result));
  ASSERT_TRUE(read && read->mutant);
  EXPECT_EQ(ToJson(*read), ToJson(result));
  EXPECT_EQ(read->mutant->fate, Fate::kKilled);
  EXPECT_EQ(FateNamed("another word"), Fate::kUnjudged);
}

class KillMatrixTest : public testing::Test {
 protected:
  KillMatrixTest() {
    Add("a", "mail.login", Error(ErrorKind::kExpectation, "ReadinessFails"), "mail.login");
    Add("b", "mail.login", Error(ErrorKind::kExpectation, "else"), "endpoints.greet");
    Add("c", "install", Error(ErrorKind::kExpectation, "no").Because(kHelmRefused), "endpoints.greet");
  }
  void Add(const std::string& id, const std::string& failed, const Error& error, const std::string& named) {
    Mutant mutant = Broken();
    mutant.killer.step = named;
    ScenarioResult result = Ended(failed, error);
    result.id = "sabotage/" + id;
    Judge(mutant, result);
    results_.push_back(result);
  }
  std::vector<ScenarioResult> results_;
};

TEST_F(KillMatrixTest, HasMutantsByChecks) {
  const json matrix = KillMatrix(results_);
  EXPECT_EQ(matrix["checks"], json({"smoke/ports: endpoints.greet", "smoke/ports: mail.login"}));
  EXPECT_EQ(matrix["fates"], json({{"killed", 1}, {"wrong", 1}, {"void", 1}}));
  EXPECT_EQ(matrix["mutants"][0]["checks"],
            json({{"smoke/ports: endpoints.greet", "passed"}, {"smoke/ports: mail.login", "killed"}}));
  EXPECT_EQ(matrix["mutants"][1]["checks"]["smoke/ports: mail.login"], "failed");
  EXPECT_EQ(KillLine(matrix), "killed 1 of 3, void 1, survived 0, wrong 1");
}

TEST_F(KillMatrixTest, TheTextMarksThem) {
  const std::string text = KillText(KillMatrix(results_));
  EXPECT_THAT(text, HasSubstr("sabotage/a                            .  K\n"));
  EXPECT_THAT(text, HasSubstr("sabotage/b                            .  F  wrong: mail.login: else\n"));
  EXPECT_THAT(text, HasSubstr("  2 = smoke/ports: mail.login\n"));
  EXPECT_THAT(KillMarkdown(KillMatrix(results_)), HasSubstr("| sabotage/c | It is broken | void |"));
}

TEST_F(KillMatrixTest, TheNotJudgedAreCounted) {
  results_[0].mutant->fate = Fate::kUnjudged;
  EXPECT_EQ(KillLine(KillMatrix(results_)), "killed 0 of 3, void 1, survived 0, wrong 1, not judged 1");
}

TEST(KillMatrix, ARunOfTheProductHasNone) {
  const json none = KillMatrix({ScenarioResult{.id = "smoke/ports"}});
  EXPECT_TRUE(none.is_null());
  EXPECT_EQ(KillText(none) + KillMarkdown(none) + KillLine(none), "");
}

}  // namespace
}  // namespace e2e
