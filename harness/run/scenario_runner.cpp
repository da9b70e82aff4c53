#include "run/scenario_runner.h"

#include <fmt/format.h>

#include <exception>

#include "base/text.h"
#include "run/live_waits.h"
#include "run/scenario_session.h"
#include "steps/variables.h"

namespace e2e {
namespace {

// Steps with a longer limit than this say when they begin, as they may take a while.
constexpr Duration kQuick{45'000};

// Runs a step; a fault that left no receipt is no success. Gives the receipts too.
Outcome<std::string> RunProved(const CompiledStep& step, World& world, Deadline limit, std::string& receipt) {
  const std::size_t before = world.receipts.size();
  Outcome<std::string> done = RunStep(*step.step, world, limit);
  std::vector<std::string> texts;
  for (std::size_t i = before; i < world.receipts.size(); ++i) texts.push_back(world.receipts[i].text);
  receipt = Redact(Join(texts, "; "), SecretsOf(world));
  if (!done || !step.breaks || !receipt.empty()) return done;
  return Error(ErrorKind::kInconclusive, step.kind + " has no receipt: nothing shows that it happened").Detail(*done);
}

class OneRun {
 public:
  OneRun(const RunContext& context, ScenarioSession& session, ScenarioResult& result, Deadline deadline)
      : context_(context), session_(session), result_(result), deadline_(deadline) {}

  // True when the step was done. The first failure becomes the scenario's.
  bool Do(const std::string& kind, const SourceLocation& where, Deadline limit,
          const std::function<Outcome<std::string>(Deadline)>& action) {
    const TimePoint start = context_.clock.Now();
    session_.log().Debug(fmt::format("{} begins, {}", kind, where.Text()));
    if (limit.Left(context_.clock) > kQuick) session_.log().Info(kind + " …");
    Outcome<std::string> done = Guarded(action, Deadline::Min(limit, deadline_));
    StepResult step{kind, where, "", std::chrono::duration_cast<Duration>(context_.clock.Now() - start), std::nullopt};
    if (done) {
      step.note = *done;
      session_.log().Info(fmt::format("{} done in {}: {}", kind, Text(step.elapsed), step.note));
    } else {
      step.error = std::move(done).error().At(where);
      result_.error = step.error;
      result_.verdict = VerdictOf(*step.error);
      session_.log().Info(
          fmt::format("{} {} after {}\n{}", kind, Name(result_.verdict), Text(step.elapsed), step.error->Render()));
    }
    result_.steps.push_back(std::move(step));
    return result_.steps.back().error == std::nullopt;
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
  bool checked = false;
  const auto install = [&](Deadline limit) { return session.Install(compiled.scenario, cleanup, limit); };
  if (!run.Do("install", compiled.scenario.where, deadline, install)) return;
  for (const CompiledStep& step : compiled.steps) {
    std::string receipt;
    const auto action = [&](Deadline limit) { return RunProved(step, session.world(), limit, receipt); };
    const bool done = run.Do(step.kind, step.where, Deadline::In(context.clock, step.step->within), action);
    result.steps.back().receipt = receipt;
    if (!done) return;
    checked = checked || step.checks;
  }
  if (checked) {
    result.verdict = Verdict::kPass;
    return;
  }
  result.verdict = Verdict::kInconclusive;
  result.error =
      Error(ErrorKind::kInconclusive, "no step of this scenario checks anything").At(compiled.scenario.where);
}

void Explain(ScenarioSession& session, ScenarioResult& result) {
  for (const std::string& hint : session.Hints()) {
    result.error->Detail("hint: " + hint);
    session.log().Info("hint: " + hint);
  }
  session.Diagnose();
}

}  // namespace

ScenarioResult NotRun(const CompiledScenario& compiled, const std::string& why) {
  ScenarioResult result{
      .id = compiled.scenario.Id(), .title = compiled.scenario.title, .where = compiled.scenario.where};
  result.verdict = Verdict::kSkipped;
  result.error = Error(ErrorKind::kInterrupted, why).At(compiled.scenario.where);
  return result;
}

ScenarioResult EmptyResult(const RunContext& context, const CompiledScenario& compiled, RunNumber number) {
  ScenarioResult result{
      .id = compiled.scenario.Id(), .title = compiled.scenario.title, .where = compiled.scenario.where};
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
  if (failed || result.cleanup_errors.empty()) return;
  result.verdict = Verdict::kInfra;
  result.error = result.cleanup_errors.front();
}

ScenarioResult ScenarioRunner::Run(const CompiledScenario& compiled, RunNumber number) {
  ScenarioResult result = EmptyResult(context_, compiled, number);
  const TimePoint start = context_.clock.Now();
  CleanupStack cleanup;
  ScenarioSession session(context_, access_, ports_, compiled.scenario, number);
  if (session.world().server != &context_.servers.main) {
    session.log().Info(
        fmt::format("server: {}, image {}", session.world().profile().title, session.world().server->image));
  }
  {
    const LiveWaits waits(result.id, context_.clock, session.log(), context_.console);
    RunSteps(compiled, context_, session, cleanup, result);
  }
  result.servers = session.world().servers_used;
  session.SaveTranscript();
  if (result.verdict != Verdict::kPass) Explain(session, result);
  CleanUp(context_, context_.options.keep, cleanup, session.log(), result);
  result.elapsed = std::chrono::duration_cast<Duration>(context_.clock.Now() - start);
  session.log().Info(fmt::format("{} in {}", Name(result.verdict), Text(result.elapsed)));
  return result;
}

}  // namespace e2e
