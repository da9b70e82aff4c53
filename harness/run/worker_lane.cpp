#include "run/worker_lane.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/event_sink.h"
#include "base/text.h"
#include "run/attempts.h"
#include "run/live_waits.h"
#include "run/pause.h"
#include "run/result_json.h"
#include "run/scenario_events.h"
#include "run/scenario_runner.h"
#include "run/worker_lines.h"
#include "run/worker_task.h"

namespace e2e {
namespace {

// The program that runs, even when its file was replaced meanwhile.
constexpr const char* kThisProgram = "/proc/self/exe";
// For diagnostics and clean-up, beyond the scenario's own time.
constexpr Duration kAround{360'000};
constexpr std::size_t kTailLines = 30;

WorkerTask TaskOf(const RunContext& context, const ClusterAccess& access, const PortMap& ports,
                  const Scenario& scenario, RunNumber number, bool live) {
  WorkerTask task{.options = context.options,
                  .run_id = context.info.run_id,
                  .run_folder = context.info.folder,
                  .scenario_file = scenario.where.file,
                  .number = number,
                  .kubeconfig = access.kubeconfig_file,
                  .node = access.node,
                  .terminal = live,
                  .lane = ports.lane(),
                  .host_ports = {}};
  for (const PortMapping& mapping : ports.mappings()) task.host_ports.push_back(mapping.host_port);
  return task;
}

// What a line of the board has left behind the name and the time.
std::size_t WidthBeside(const std::string& name) {
  constexpr std::size_t kTime = 12;
  const std::size_t width = TerminalWidth();
  return width - std::min(width, name.size() + kTime);
}

Outcome<ScenarioResult> ReadResult(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return Error(ErrorKind::kInfra, "it left no result");
  const nlohmann::json object = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  return ResultFromJson(object);
}

std::string HowToLook(const ClusterAccess& access, const std::string& ns, const ScenarioResult& result) {
  return fmt::format(
      "{} failed, its release is in namespace {}\n  look at it:  export KUBECONFIG={}\n  diagnostics: {}\n"
      "Enter goes on with the clean-up.\n",
      result.id, ns, access.kubeconfig_file.string(), (result.artifacts / "diagnostics").string());
}

}  // namespace

ScenarioResult WorkerLane::Run(const CompiledScenario& compiled, int round) {
  const Scenario& scenario = compiled.scenario;
  ProcessEvents().Tell("scenario.begin", {{"scenario", scenario.Id()},
                                          {"round", round},
                                          {"lane", ports_.lane()},
                                          {"title", scenario.title},
                                          {"where", scenario.where.Text()}});
  if (board_ != nullptr) board_->Begin(ports_.lane(), scenario.Id());
  ScenarioResult result = RunAttempts(compiled, round);
  if (board_ != nullptr) board_->End(ports_.lane(), result.verdict);
  TellEnd(result, round);
  return result;
}

ScenarioResult WorkerLane::RunAttempts(const CompiledScenario& compiled, int round) {
  if (context_.interrupt.Requested()) return NotRun(compiled, "interrupted before it began");
  const Servers& servers = context_.servers;
  if (servers.Of(compiled.scenario.install.layout) == nullptr) {
    return NotRun(compiled, fmt::format("it needs a server of layout {}, and there is no stand-in for {}",
                                        compiled.scenario.install.layout, servers.main.profile.name));
  }
  const Mutant* mutant = compiled.scenario.mutant.get();
  const std::string& server = servers.Of(compiled.scenario.install.layout)->profile.name;
  if (mutant != nullptr && !mutant->server.empty() && mutant->server != server) {
    return NotRun(compiled, fmt::format("it needs the server {}, and this run has {}", mutant->server, server));
  }
  return RunWithRetries(context_.options.retries, [&](int attempt, bool last) {
    return Attempt(compiled, {.round = round, .attempt = attempt}, last);
  });
}

ScenarioResult WorkerLane::Attempt(const CompiledScenario& compiled, RunNumber number, bool last) {
  if (context_.interrupt.Requested()) return NotRun(compiled, "interrupted before it began");
  if (!kept_for_.empty()) return NotRun(compiled, "its ports are kept for the failed scenario " + kept_for_);
  deferred_.RunAll();
  const Keep keep = !last && context_.options.keep == Keep::kFailed ? Keep::kNever : context_.options.keep;
  // What is to be looked at first is cleaned away here.
  const Keep workers_keep = context_.options.pause_on_failure && keep == Keep::kNever ? Keep::kFailed : keep;
  ScenarioLog log(compiled.scenario.Id(), "", context_.console);
  if (number.attempt > 1) log.Info(fmt::format("attempt {}, on a fresh release", number.attempt));
  const TimePoint start = context_.clock.Now();
  auto done = RunWorker(compiled, number, workers_keep, log);
  ScenarioResult result = done ? std::move(done).value() : Bury(compiled, number, workers_keep, done.error());
  if (!done) result.elapsed = std::chrono::duration_cast<Duration>(context_.clock.Now() - start);
  const bool failed = result.verdict != Verdict::kPass;
  if (context_.options.pause_on_failure && result.kept && failed) {
    PauseForEnter(HowToLook(access_, NamespaceOf(compiled.scenario, number), result), context_.interrupt);
  }
  if (result.kept && keep != Keep::kFailed) {
    ScenarioSession(context_, access_, ports_, compiled.scenario, number).PushUndo(deferred_);
    if (keep == Keep::kNever) CleanUp(context_, keep, deferred_, log, result);
    result.kept = keep == Keep::kAlways;
  } else if (result.kept) {
    kept_for_ = result.id;
  }
  return result;
}

Outcome<ScenarioResult> WorkerLane::RunWorker(const CompiledScenario& compiled, RunNumber number, Keep keep, Log& log) {
  const Scenario& scenario = compiled.scenario;
  const std::filesystem::path file = FolderOf(context_.info.folder, scenario, number) / kResultFile;
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  WorkerTask task = TaskOf(context_, access_, ports_, scenario, number, board_ != nullptr);
  task.options.keep = keep;
  Command command{.argv = {kThisProgram, "worker"},
                  .env = {{"COLUMNS", std::to_string(WidthBeside(scenario.Id()))}},
                  .stdin_text = ToText(task),
                  .interrupt_grace = kAround};
  command.on_stdout_line = [this, &log](std::string_view line) { Show(line, log); };
  E2E_TRY(const CommandResult ended,
          context_.runner.Run(command, Deadline::In(context_.clock, scenario.timeout + kAround)),
          "running " + scenario.Id());
  auto result = ReadResult(file);
  if (ended.ok() && result) return result;
  const ErrorKind kind = context_.interrupt.Requested() ? ErrorKind::kInterrupted : ErrorKind::kInfra;
  return Error(kind, fmt::format("the worker process of {} {} after {}{}", scenario.Id(), Text(ended),
                                 Text(ended.elapsed), ended.ok() ? ": " + result.error().message() : ""))
      .Detail(Tail(ended.err, kTailLines))
      .At(scenario.where);
}

void WorkerLane::Show(std::string_view line, Log& log) {
  const WorkerWord word = ParseWorkerLine(line);
  if (board_ != nullptr && word.says != WorkerSays::kDetail) board_->Tell(ports_.lane(), word.text);
  switch (word.says) {
    case WorkerSays::kLive: return;
    case WorkerSays::kWarning: return log.Warn(word.text);
    case WorkerSays::kDetail: return log.Debug(word.text);
    case WorkerSays::kLine:
      if (board_ == nullptr) log.Info(word.text);
      return;
  }
}

// What the worker would have done at its end.
ScenarioResult WorkerLane::Bury(const CompiledScenario& compiled, RunNumber number, Keep keep, const Error& why) {
  ScenarioResult result = EmptyResult(context_, compiled, number);
  result.error = why;
  result.verdict = VerdictOf(why);
  ScenarioSession session(context_, access_, ports_, compiled.scenario, number);
  session.log().Warn(why.Render());
  session.Diagnose();
  CleanupStack cleanup;
  session.PushUndo(cleanup);
  CleanUp(context_, keep, cleanup, session.log(), result);
  return result;
}

}  // namespace e2e
