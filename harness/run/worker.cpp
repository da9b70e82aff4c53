#include "run/worker.h"

#include <nlohmann/json.hpp>

#include <iostream>
#include <iterator>

#include "process/system_runner.h"
#include "process/telling_runner.h"
#include "run/event_file.h"
#include "run/own_cost.h"
#include "run/result_json.h"
#include "run/scenario_runner.h"
#include "run/write_whole.h"
#include "scenario/loader.h"
#include "steps/mutants.h"

namespace e2e {
namespace {

Outcome<CompiledScenario> ReadScenario(const WorkerTask& task) {
  Problems problems;
  std::optional<CompiledScenario> compiled;
  if (task.scenario_file.parent_path() == task.options.scenarios / kSabotage) {
    auto mutant = LoadMutant(task.scenario_file, problems);
    if (mutant) compiled = CompileMutant(std::move(*mutant), task.options.scenarios, problems);
  } else {
    auto scenario = LoadScenario(task.scenario_file, task.options.scenarios, problems);
    if (scenario) compiled = Compile(std::move(*scenario), BuiltinSteps(), problems);
  }
  if (compiled) return std::move(*compiled);
  return Error(ErrorKind::kBadScenario, "the scenario is not what it was when the run began").Detail(Render(problems));
}

// What all events of this process have.
nlohmann::json About(const WorkerTask& task) {
  const std::filesystem::path id = task.scenario_file.lexically_relative(task.options.scenarios).replace_extension();
  return {{"scenario", id.generic_string()}, {"round", task.number.round}, {"attempt", task.number.attempt}};
}

Status ReadAndWork(std::istream& in, Interrupt& interrupt) {
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  E2E_TRY(const WorkerTask task, TaskFromText(text), "starting a worker");
  const RunOptions& options = task.options;
  ShowOnConsole(options.verbosity);
  E2E_TRY(const Servers servers,
          FindServers(options.server, options.server_image, options.standin, options.standin_image),
          "starting a worker");
  RunInfo info;
  info.run_id = task.run_id;
  info.folder = task.run_folder;
  SystemClock clock(interrupt);
  const Interrupt calm;
  SystemClock calm_clock(calm);
  SystemRunner runner(clock, interrupt);
  SystemRunner calm_runner(calm_clock, calm);
  EventFile events(task.run_folder / kEventFile, clock, About(task));
  const UseEvents use(events);
  TellingRunner telling(runner, clock, events);
  TellingRunner calm_telling(calm_runner, calm_clock, events);
  const Status done = Work(task, {options, info, servers, clock, interrupt, telling, calm_clock, calm, calm_telling,
                                  task.terminal ? Console::kParentTerminal : Console::kParent});
  TellOwnCost(events, "worker");
  return done;
}

}  // namespace

Status Work(const WorkerTask& task, const RunContext& context) {
  E2E_TRY(const CompiledScenario compiled, ReadScenario(task), "reading " + task.scenario_file.string());
  E2E_TRY(Kubeconfig kubeconfig, Kubeconfig::Read(task.kubeconfig), "reading the kubeconfig");
  const ClusterAccess access{task.kubeconfig, std::move(kubeconfig), task.node};
  E2E_TRY(const PortMap ports, PortMap::Restore(task.lane, task.host_ports), "reading the lane's ports");
  const ScenarioResult result = ScenarioRunner(context, access, ports).Run(compiled, task.number);
  return WriteWhole(result.artifacts / kResultFile,
                    ToJson(result).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

int RunWorker(std::istream& in, Interrupt& interrupt) {
  const Status done = ReadAndWork(in, interrupt);
  if (done) return 0;
  std::cerr << "stalwart-e2e worker: " << done.error().Render() << std::endl;
  return ExitCode(Verdict::kInfra);
}

}  // namespace e2e
