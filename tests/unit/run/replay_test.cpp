#include "run/replay.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "run/attempts.h"
#include "run/judge.h"
#include "run/result_json.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

StepResult Step(const std::string& kind, std::optional<Error> error = {}, const std::string& receipt = "") {
  return {kind, {"x.yaml", 3, 5}, "", Duration(5), std::move(error), receipt};
}

// As the runner leaves it.
ScenarioResult Attempt(Verdict verdict, std::vector<StepResult> steps) {
  ScenarioResult result{.id = "smoke/boot", .title = "Boots", .where = {"x.yaml", 1, 1}, .verdict = verdict};
  result.steps = std::move(steps);
  for (const StepResult& step : result.steps) {
    if (step.error) result.error = step.error;
  }
  return result;
}

// The events of a run of one scenario, as they are told.
class Recorded {
 public:
  Recorded() { Tell("run.begin", {{"schema", 1}, {"run", "r"}}); }

  void Tell(const std::string& event, json fields) {
    fields["event"] = event;
    events.push_back(std::move(fields));
  }
  void TellOf(const std::string& event, int attempt, json fields) {
    fields.update({{"scenario", "smoke/boot"}, {"round", 1}, {"attempt", attempt}});
    Tell(event, std::move(fields));
  }
  void TellAttempt(int number, const ScenarioResult& attempt, const json& outage = nullptr) {
    for (const StepResult& step : attempt.steps) {
      if (step.kind == "outage.end" && !outage.is_null()) TellOf("outage", number, outage);
      TellOf("step.end", number, {{"step", ToJson(step)}});
    }
    TellOf("attempt.end", number, {{"verdict", Name(attempt.verdict)}});
  }
  void End(const ScenarioResult& result) {
    Tell("scenario.end", {{"scenario", result.id}, {"round", 1}, {"result", ToJson(result)}});
    Tell("run.end", {{"verdict", Name(result.verdict)}});
  }

  std::vector<json> events;
};

Recorded Whole(const ScenarioResult& attempt, const json& outage = nullptr) {
  Recorded recorded;
  recorded.TellAttempt(1, attempt, outage);
  recorded.End(attempt);
  return recorded;
}

std::vector<std::string> DifferencesIn(const Recorded& recorded) {
  const auto replayed = Replay(recorded.events);
  EXPECT_THAT(replayed, Succeeds());
  std::vector<std::string> texts;
  if (!replayed) return {"no replay"};
  for (const Difference& one : replayed->differences) {
    texts.push_back(one.what + ": " + one.recorded + ", " + one.decided);
  }
  return texts;
}

const Error kWrong(ErrorKind::kExpectation, "3 of 4 are there");

TEST(Replay, ComesToWhatWasRecorded) {
  const auto replayed = Replay(Whole(Attempt(Verdict::kPass, {Step("install"), Step("http.request")})).events);
  ASSERT_THAT(replayed, Succeeds());
  EXPECT_EQ(replayed->scenarios, 1);
  EXPECT_EQ(replayed->attempts, 1);
  EXPECT_EQ(replayed->verdict, Verdict::kPass);
  EXPECT_THAT(replayed->differences, IsEmpty());
  EXPECT_THAT(replayed->left_out, IsEmpty());
  EXPECT_THAT(DifferencesIn(Whole(Attempt(Verdict::kFail, {Step("install"), Step("http.request", kWrong)}))),
              IsEmpty());
}

TEST(Replay, TellsAPassThatIsNone) {
  EXPECT_THAT(DifferencesIn(Whole(Attempt(Verdict::kPass, {Step("install"), Step("http.request", kWrong)}))),
              ElementsAre("smoke/boot, attempt 1: PASS, FAIL", "smoke/boot: PASS, FAIL", "the run: PASS, FAIL"));
}

TEST(Replay, NothingCheckedIsNoPass) {
  EXPECT_THAT(DifferencesIn(Whole(Attempt(Verdict::kPass, {Step("install"), Step("mail.send")}))),
              testing::Contains("smoke/boot: PASS, INCONCLUSIVE"));
}

TEST(Replay, AFaultNeedsItsReceipt) {
  EXPECT_THAT(
      DifferencesIn(Whole(Attempt(
          Verdict::kPass, {Step("install"), Step("fault.kill", {}, "the container ended"), Step("http.request")}))),
      IsEmpty());
  EXPECT_THAT(
      DifferencesIn(Whole(Attempt(Verdict::kPass, {Step("install"), Step("fault.kill"), Step("http.request")}))),
      testing::Contains("smoke/boot: PASS, INCONCLUSIVE"));
}

TEST(Replay, CleanUpThatFailedIsNoPass) {
  ScenarioResult attempt = Attempt(Verdict::kPass, {Step("install"), Step("http.request")});
  attempt.cleanup_errors = {Error(ErrorKind::kInfra, "the namespace stays")};
  EXPECT_THAT(DifferencesIn(Whole(attempt)), ElementsAre("smoke/boot: PASS, INFRA", "the run: PASS, INFRA"));
}

TEST(Replay, AttemptsAreTakenTogether) {
  const ScenarioResult first = Attempt(Verdict::kFail, {Step("install"), Step("http.request", kWrong)});
  const ScenarioResult second = Attempt(Verdict::kPass, {Step("install"), Step("http.request")});
  Recorded recorded;
  recorded.TellAttempt(1, first);
  recorded.TellAttempt(2, second);
  recorded.End(RunWithRetries(1, [&](int number, bool) { return number == 1 ? first : second; }));
  EXPECT_THAT(DifferencesIn(recorded), IsEmpty());
  recorded.events.back()["verdict"] = "PASS";
  EXPECT_THAT(DifferencesIn(recorded), ElementsAre("the run: PASS, FLAKY"));
}

TEST(Replay, MutantsAreJudged) {
  Mutant mutant;
  mutant.killer = {.scenario = "smoke/boot", .step = "http.request", .reason = "none", .others = {"3 of 4"}};
  ScenarioResult killed = Attempt(Verdict::kFail, {Step("install"), Step("http.request", kWrong)});
  Judge(mutant, killed);
  ASSERT_EQ(killed.verdict, Verdict::kPass);
  EXPECT_THAT(DifferencesIn(Whole(killed)), IsEmpty());
  killed.mutant->killer.others.clear();
  EXPECT_THAT(DifferencesIn(Whole(killed)), testing::Contains("smoke/boot: PASS, FAIL"));
}

json Outage(double until) {
  json outage = json::parse(R"({"meter": "m", "budget": 5, "seen": true, "false_ready": 20, "pod_known": true,
    "until": 200, "pod": [{"at": 90, "ready": true}],
    "ports": [{"port": "smtp", "samples": 9, "longest": 3, "outages": 1, "away": [{"from": 100, "until": null}]}]})");
  outage["ports"][0]["away"][0]["until"] = until;
  return outage;
}

TEST(Replay, MeasurementsAreHeldAgainstTheirBudgets) {
  const std::vector<StepResult> steps = {Step("install"), Step("outage.end")};
  EXPECT_THAT(DifferencesIn(Whole(Attempt(Verdict::kPass, steps), Outage(104.9))), IsEmpty());
  EXPECT_THAT(DifferencesIn(Whole(Attempt(Verdict::kPass, steps), Outage(105.1))),
              testing::Contains("smoke/boot: PASS, FAIL"));
  json not_ended = Outage(0);
  not_ended["ports"][0]["away"][0]["until"] = nullptr;
  EXPECT_THAT(DifferencesIn(Whole(Attempt(Verdict::kPass, steps), not_ended)),
              testing::Contains("smoke/boot: PASS, FAIL"));
  json unseen = Outage(0);
  unseen["ports"][0]["away"] = json::array();
  EXPECT_THAT(DifferencesIn(Whole(Attempt(Verdict::kPass, steps), unseen)),
              testing::Contains("smoke/boot: PASS, INCONCLUSIVE"));
  unseen.erase("pod");
  EXPECT_THAT(Replay(Whole(Attempt(Verdict::kPass, steps), unseen).events),
              FailsWith(ErrorKind::kBadScenario, HasSubstr("does not tell all of it")));
}

TEST(Replay, AMeasurementThatCameToNothingStaysWhatItsStepSaid) {
  const Error lost(ErrorKind::kInfra, "its meter ended");
  EXPECT_THAT(DifferencesIn(Whole(Attempt(Verdict::kInfra, {Step("install"), Step("outage.end", lost)}))), IsEmpty());
}

TEST(Replay, WhatNeverBeganIsLeftOut) {
  Recorded recorded;
  recorded.End(Attempt(Verdict::kInfra, {}));
  const auto replayed = Replay(recorded.events);
  ASSERT_THAT(replayed, Succeeds());
  EXPECT_THAT(replayed->left_out, ElementsAre("smoke/boot: INFRA"));
  EXPECT_EQ(replayed->scenarios, 0);
}

TEST(Replay, WhatWasStoppedOnItsWayIsLeftOut) {
  const auto replayed = Replay(Whole(Attempt(Verdict::kInterrupted, {Step("install"), Step("http.request")})).events);
  ASSERT_THAT(replayed, Succeeds());
  EXPECT_THAT(replayed->left_out, ElementsAre("smoke/boot: INTERRUPTED", "the run: it was stopped"));
  EXPECT_THAT(replayed->differences, IsEmpty());
}

TEST(Replay, WhatEndedFromOutsideIsLeftOut) {
  Recorded killed;
  killed.TellOf("step.end", 1, {{"step", ToJson(Step("install"))}});
  ScenarioResult lost = Attempt(Verdict::kInfra, {});
  lost.error = Error(ErrorKind::kInfra, "the lane's process ended");
  killed.End(lost);
  const auto replayed = Replay(killed.events);
  ASSERT_THAT(replayed, Succeeds());
  EXPECT_THAT(replayed->left_out, ElementsAre(HasSubstr("did not tell how it ended")));
  EXPECT_THAT(replayed->differences, IsEmpty());
  EXPECT_EQ(replayed->attempts, 0);

  Recorded stopped;
  stopped.End(Attempt(Verdict::kInterrupted, {}));
  const auto left = Replay(stopped.events);
  ASSERT_THAT(left, Succeeds());
  EXPECT_THAT(left->left_out, ElementsAre("smoke/boot: INTERRUPTED", "the run: it was stopped"));
}

TEST(Replay, AStepOfAnotherVersionIsNotGuessed) {
  EXPECT_THAT(Replay(Whole(Attempt(Verdict::kPass, {Step("mail.teleport")})).events),
              FailsWith(ErrorKind::kBadScenario, HasSubstr("mail.teleport")));
  EXPECT_THAT(Replay({}), FailsWith(ErrorKind::kBadScenario, HasSubstr("run's begin")));
}

}  // namespace
}  // namespace e2e
