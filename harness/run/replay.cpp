#include "run/replay.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "cluster/json_access.h"
#include "run/attempts.h"
#include "run/conclusion.h"
#include "run/event_record.h"
#include "run/judge.h"
#include "run/record_fields.h"
#include "run/replay_outage.h"
#include "run/result_json.h"
#include "steps/catalog.h"
#include "steps/proved.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr const char* kOutageEnd = "outage.end";

// What the events of one attempt tell.
struct AttemptStory {
  json steps = json::array();
  // By the place of its step.
  std::map<std::size_t, json> outages{};
  std::string verdict{};  // empty when the attempt did not end
};

// Of one scenario in one round.
struct Story {
  std::string name;
  std::map<int, AttemptStory> attempts{};
  json result = nullptr;
};

using Stories = std::map<std::pair<std::string, int>, Story>;

Stories StoriesOf(const std::vector<json>& events) {
  Stories stories;
  for (const json& event : events) {
    if (!event.contains("scenario")) continue;
    const int round = IntAt(event, "/round", 1);
    Story& story = stories[{TextAt(event, "/scenario"), round}];
    story.name = NameOf(TextAt(event, "/scenario"), round);
    const std::string name = TextAt(event, "/event");
    if (name == "scenario.end") story.result = JsonAt(event, "/result");
    if (!event.contains("attempt")) continue;
    AttemptStory& attempt = story.attempts[IntAt(event, "/attempt", 1)];
    if (name == "outage") attempt.outages[attempt.steps.size()] = event;
    if (name == "step.end") attempt.steps.push_back(JsonAt(event, "/step"));
    if (name == "attempt.end") attempt.verdict = TextAt(event, "/verdict");
  }
  return stories;
}

// Nothing for `install`, which is no step of the language.
Outcome<const StepKind*> KindOf(const StepResult& step) {
  if (step.kind == "install") return nullptr;
  const auto& kinds = BuiltinSteps();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.name == step.kind; });
  if (found != kinds.end()) return &*found;
  return Error(ErrorKind::kBadScenario, "its events have a step that this version does not know: " + step.kind);
}

class Replayer {
 public:
  explicit Replayer(Replayed& replayed) : replayed_(replayed) {}

  // The scenario's verdict.
  Outcome<Verdict> Decide(const Story& story);

 private:
  // `recorded` is what the scenario's end says of the attempt.
  Outcome<ScenarioResult> DecideAttempt(const std::string& what, const AttemptStory& story, json recorded);
  Status DecideSteps(const AttemptStory& story, ScenarioResult& result, bool& checks);
  void Expect(const std::string& what, const std::string& recorded, const std::string& decided) {
    if (recorded != decided) replayed_.differences.push_back({what, recorded, decided});
  }

  Replayed& replayed_;
};

Status Replayer::DecideSteps(const AttemptStory& story, ScenarioResult& result, bool& checks) {
  for (std::size_t i = 0; i < result.steps.size(); ++i) {
    StepResult& step = result.steps[i];
    E2E_TRY(const StepKind* const kind, KindOf(step), "replaying a scenario");
    if (kind == nullptr) continue;
    checks = checks || kind->checks;
    if (kind->breaks && !step.error && step.receipt.empty()) step.error = Unproved(step.kind).At(step.where);
    const auto outage = story.outages.find(i);
    if (step.kind != kOutageEnd || outage == story.outages.end()) continue;
    ++replayed_.measurements;
    auto judged = JudgeRecordedOutage(outage->second);
    if (!judged && judged.error().kind() == ErrorKind::kBadScenario) return std::move(judged).error();
    step.error.reset();
    if (!judged) step.error = std::move(judged).error().At(step.where);
  }
  return {};
}

Outcome<ScenarioResult> Replayer::DecideAttempt(const std::string& what, const AttemptStory& story, json recorded) {
  if (story.verdict.empty()) {
    replayed_.left_out.push_back(what + ": its lane did not tell how it ended");
    return ResultFromJson(recorded);
  }
  for (const char* decided : {"failure", "error"}) recorded.erase(decided);
  recorded.update({{"steps", story.steps}, {"attempts", json::array()}, {"verdict", Name(Verdict::kSkipped)}});
  E2E_TRY(ScenarioResult result, ResultFromJson(recorded), "replaying " + what);
  bool checks = false;
  E2E_CHECK(DecideSteps(story, result, checks), "replaying " + what);
  Conclude(checks, result);
  if (result.mutant) {
    const MutantResult mutant = *result.mutant;
    Judge({.breaks = mutant.breaks, .killer = mutant.killer, .where = result.where}, result);
  }
  ++replayed_.attempts;
  Expect(what, story.verdict, std::string(Name(result.verdict)));
  CountCleanUp(result);
  return result;
}

Outcome<Verdict> Replayer::Decide(const Story& story) {
  const std::string recorded = TextAt(story.result, "/verdict");
  const Verdict as_recorded = VerdictNamed(recorded).value_or(Verdict::kInfra);
  if (story.attempts.empty() || as_recorded == Verdict::kInterrupted || as_recorded == Verdict::kSkipped) {
    replayed_.left_out.push_back(fmt::format("{}: {}", story.name, recorded.empty() ? "did not end" : recorded));
    return as_recorded;
  }
  json attempts = JsonAt(story.result, "/attempts");
  if (attempts.empty()) attempts = json::array({story.result});
  std::vector<ScenarioResult> decided;
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    const auto at = story.attempts.find(number);
    E2E_TRY(ScenarioResult result,
            DecideAttempt(fmt::format("{}, attempt {}", story.name, number),
                          at == story.attempts.end() ? AttemptStory{} : at->second, attempts[i]),
            "replay");
    decided.push_back(std::move(result));
  }
  const int retries = static_cast<int>(decided.size()) - 1;
  const Verdict verdict = RunWithRetries(retries, [&](int attempt, bool) {
                            return decided[static_cast<std::size_t>(attempt) - 1];
                          }).verdict;
  ++replayed_.scenarios;
  Expect(story.name, recorded, std::string(Name(verdict)));
  return verdict;
}

// Nothing while the run had not ended, or was stopped.
std::optional<Verdict> RunVerdict(const std::vector<json>& events) {
  for (const json& event : events) {
    if (TextAt(event, "/event") == "run.end") return VerdictNamed(TextAt(event, "/verdict"));
  }
  return std::nullopt;
}

}  // namespace

Outcome<Replayed> Replay(const std::vector<json>& events) {
  Replayed replayed;
  E2E_TRY(json record, RecordFrom(events), "replay");
  record["scenarios"] = json::array();
  Replayer replayer(replayed);
  for (const auto& [key, story] : StoriesOf(events)) {
    E2E_TRY(const Verdict verdict, replayer.Decide(story), "replay");
    record["scenarios"].push_back({{"verdict", Name(verdict)}});
  }
  const std::optional<Verdict> recorded = RunVerdict(events);
  if (!recorded || *recorded == Verdict::kInterrupted) {
    replayed.left_out.push_back(recorded ? "the run: it was stopped" : "the run: it did not end");
    return replayed;
  }
  const Verdict decided = VerdictOf(record);
  if (decided != *recorded) {
    replayed.differences.push_back({"the run", std::string(Name(*recorded)), std::string(Name(decided))});
  }
  replayed.verdict = decided;
  return replayed;
}

}  // namespace e2e
