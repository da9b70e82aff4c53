#include "run/scenario_runner.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>

#include "base/text.h"
#include "cluster/release_follower.h"
#include "run/conclusion.h"
#include "run/excerpt.h"
#include "run/judge.h"
#include "run/live_waits.h"
#include "run/result_json.h"
#include "run/scenario_events.h"
#include "run/scenario_session.h"
#include "steps/proved.h"

namespace e2e {
namespace {

// Steps with a longer limit than this say when they begin, as they may take a while.
constexpr Duration kQuick{45'000};

std::string ExcerptOf(const std::optional<Error>& error) {
  return error && error->where() ? Excerpt(*error->where()) : "";
}

class OneRun {
 public:
  OneRun(const RunContext& context, ScenarioSession& session, ScenarioResult& result, Deadline deadline)
      : context_(context), session_(session), result_(result), deadline_(deadline) {}

  // True when the scenario goes on. A failure ends it, except that the product failed a check (`info` is not null).
  bool Do(const std::string& kind, const SourceLocation& where, Deadline limit,
          const std::function<Outcome<std::string>(Deadline)>& action, const CheckInfo* info = nullptr) {
    const TimePoint start = context_.clock.Now();
    const Deadline end = Deadline::Min(limit, deadline_);
    session_.log().Debug(fmt::format("{} begins, {}", kind, where.Text()));
    ProcessEvents().Tell("step.begin", {{"kind", kind}, {"where", where.Text()}, {"limit", Moment(end.at())}});
    if (limit.Left(context_.clock) > kQuick) session_.log().Info(kind + " …");
    const std::size_t before = session_.world().receipts.size();
    Outcome<std::string> done = Guarded(action, end);
    StepResult step{kind, where, "", std::chrono::duration_cast<Duration>(context_.clock.Now() - start), std::nullopt};
    if (done) {
      step.note = *done;
      session_.log().Info(fmt::format("{} done in {}: {}", kind, Text(step.elapsed), step.note));
    } else {
      step.error = std::move(done).error().At(where);
      step.excerpt = ExcerptOf(step.error);
      session_.log().Info(fmt::format("{} {} after {}\n{}", kind, Name(VerdictOf(*step.error)), Text(step.elapsed),
                                      step.error->Render()));
    }
    if (info != nullptr) step.check = *info;
    step.receipt = ReceiptsSince(session_.world(), before);
    if (!step.receipt.empty()) ProcessEvents().Tell("fault", {{"kind", kind}, {"receipt", step.receipt}});
    ProcessEvents().Tell("step.end", {{"step", ToJson(step)}});
    result_.steps.push_back(std::move(step));
    const auto& error = result_.steps.back().error;
    return !error || (info != nullptr && VerdictOf(*error) == Verdict::kFail);
  }

 private:
  // The last net: no exception of a library may end the run.
  static Outcome<std::string> Guarded(const std::function<Outcome<std::string>(Deadline)>& action, Deadline limit) {
    try {
      return action(limit);
    } catch (const std::exception& problem) {
      return Error(ErrorKind::kInternal, std::string("unexpected exception: ") + problem.what());
    }
  }

  const RunContext& context_;
  ScenarioSession& session_;
  ScenarioResult& result_;
  const Deadline deadline_;
};

void RunSteps(const CompiledScenario& compiled, const RunContext& context, ScenarioSession& session,
              CleanupStack& cleanup, ScenarioResult& result) {
  const Deadline deadline = Deadline::In(context.clock, compiled.scenario.timeout);
  OneRun run(context, session, result, deadline);
  const auto install = [&](Deadline limit) { return session.Install(compiled.scenario, cleanup, limit); };
  if (!run.Do("install", compiled.scenario.where, deadline, install)) return;
  for (const CompiledStep& step : compiled.steps) {
    const auto action = [&](Deadline limit) { return RunProved(step, session.world(), limit); };
    const Deadline limit = Deadline::In(context.clock, step.step->within);
    if (!run.Do(step.kind, step.where, limit, action, step.step->Info())) return;
  }
}

bool Checks(const CompiledScenario& compiled) {
  return std::any_of(compiled.steps.begin(), compiled.steps.end(),
                     [](const CompiledStep& step) { return step.checks; });
}

void Explain(ScenarioSession& session, ScenarioResult& result) {
  for (const std::string& hint : session.Hints()) {
    result.error->Detail("hint: " + hint);
    session.log().Info("hint: " + hint);
  }
  session.Diagnose();
}

}  // namespace

namespace {

ScenarioResult ResultOf(const Scenario& scenario, const std::string& seen) {
  ScenarioResult result{.id = scenario.Id(), .title = scenario.title, .where = scenario.where};
  if (scenario.mutant) {
    result.mutant = {.breaks = scenario.mutant->breaks, .killer = scenario.mutant->killer, .seen = seen};
  }
  return result;
}

}  // namespace

ScenarioResult NotRun(const CompiledScenario& compiled, const std::string& why) {
  ScenarioResult result = ResultOf(compiled.scenario, why);
  result.verdict = Verdict::kSkipped;
  result.error = Error(ErrorKind::kInterrupted, why).At(compiled.scenario.where);
  return result;
}

ScenarioResult EmptyResult(const RunContext& context, const CompiledScenario& compiled, RunNumber number) {
  ScenarioResult result = ResultOf(compiled.scenario, "");
  result.artifacts = FolderOf(context.info.folder, compiled.scenario, number);
  result.round = number.round;
  return result;
}

void CleanUp(const RunContext& context, Keep keep, CleanupStack& cleanup, Log& log, ScenarioResult& result) {
  const bool failed = result.verdict != Verdict::kPass;
  if (keep == Keep::kAlways || (keep == Keep::kFailed && failed && !context.interrupt.Requested())) {
    result.kept = true;
    cleanup.Release();
  } else {
    result.cleanup_errors = cleanup.RunAll();
  }
  for (const Error& error : result.cleanup_errors) log.Warn(error.Render());
  CountCleanUp(result);
}

ScenarioResult ScenarioRunner::Run(const CompiledScenario& compiled, RunNumber number) {
  ScenarioResult result = EmptyResult(context_, compiled, number);
  const TimePoint start = context_.clock.Now();
  CleanupStack cleanup;
  ScenarioEvents events(ProcessEvents());
  const bool kept = EventsAreKept();
  const UseEvents use(events);
  ScenarioSession session(context_, access_, ports_, compiled.scenario, number);
  events.Of(session.world());
  std::optional<ReleaseFollower> follower;
  if (kept) follower.emplace(access_.kubeconfig, session.world().ns, session.world().Selector(), events);
  if (session.world().server != &context_.servers.main) {
    session.log().Info(
        fmt::format("server: {}, image {}", session.world().profile().title, session.world().server->image));
  }
  {
    const LiveWaits waits(result.id, context_.clock, session.log(), context_.console);
    const EventWaits told(events);
    RunSteps(compiled, context_, session, cleanup, result);
    Conclude(Checks(compiled), result);
  }
  if (compiled.scenario.mutant) Judge(*compiled.scenario.mutant, result);
  result.excerpt = ExcerptOf(result.error);
  events.Tell("attempt.end", {{"verdict", Name(result.verdict)}});
  result.servers = session.world().servers_used;
  session.SaveTranscript();
  if (result.verdict != Verdict::kPass) Explain(session, result);
  CleanUp(context_, context_.options.keep, cleanup, session.log(), result);
  session.RedactValues();
  result.elapsed = std::chrono::duration_cast<Duration>(context_.clock.Now() - start);
  session.log().Info(fmt::format("{} in {}", Name(result.verdict), Text(result.elapsed)));
  return result;
}

}  // namespace e2e
