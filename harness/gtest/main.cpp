// stalwart-e2e: parses the command line, compiles the scenarios, and does what was asked for.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <set>

#include "base/text.h"
#include "gtest/cluster_commands.h"
#include "gtest/compare_command.h"
#include "gtest/ledger_command.h"
#include "gtest/merge_command.h"
#include "gtest/options.h"
#include "gtest/qualify_command.h"
#include "gtest/replay_command.h"
#include "gtest/run_command.h"
#include "gtest/selection.h"
#include "gtest/surface_command.h"
#include "process/system_runner.h"
#include "run/doctor.h"
#include "run/event_file.h"
#include "run/event_record.h"
#include "run/recorded_run.h"
#include "run/report.h"
#include "run/surface_report.h"
#include "run/time_spent.h"
#include "run/verdict.h"
#include "run/worker.h"
#include "run/write_whole.h"
#include "scenario/loader.h"
#include "scenario/reviewed.h"
#include "steps/language_schema.h"
#include "steps/lint.h"
#include "steps/mutants.h"
#include "steps/post_render.h"

namespace e2e {
namespace {

std::vector<CompiledScenario> CompileEach(std::vector<Scenario> scenarios, const RunOptions& options,
                                          Problems& problems) {
  std::vector<CompiledScenario> compiled;
  for (Scenario& scenario : scenarios) {
    auto one = Compile(std::move(scenario), BuiltinSteps(), problems);
    if (!one) continue;
    RequireFiles(*one, options.scenarios, problems);
    compiled.push_back(std::move(*one));
  }
  RequireUniqueChecks(compiled, problems);
  return compiled;
}

std::vector<CompiledScenario> CompileAll(const RunOptions& options, Problems& problems) {
  return CompileEach(LoadScenarios(options.scenarios, problems), options, problems);
}

// The lanes of a qualification, where they are to be checked or run.
std::vector<CompiledScenario> CompileLanes(const CommandLine& line, Problems& problems) {
  if (line.action != Action::kQualify && line.action != Action::kLint) return {};
  return CompileEach(LoadLanes(line.options.scenarios, problems), line.options, problems);
}

// A line for each check: id, where its rule is written, the scenario, what holds.
int ListChecks(const std::vector<CompiledScenario>& scenarios) {
  for (const CompiledScenario& compiled : scenarios) {
    for (const CompiledStep& step : compiled.steps) {
      if (const CheckInfo* info = step.step->Info()) {
        std::cout << fmt::format("{:<24} {:<26} {:<32} {}\n", info->id, info->rfc, compiled.scenario.Id(), info->says);
      }
    }
  }
  return 0;
}

int List(const std::vector<CompiledScenario>& scenarios) {
  for (const CompiledScenario& compiled : scenarios) {
    const Scenario& scenario = compiled.scenario;
    std::cout << fmt::format("{:<30} {} [{}]\n", scenario.Id(), scenario.title, Join(scenario.tags, ", "));
  }
  return 0;
}

// A line for each mutant: name, the check that must notice it, what it breaks. Then the scenarios that none names.
int ListMutants(const std::vector<CompiledScenario>& mutants, const std::vector<CompiledScenario>& scenarios) {
  std::set<std::string> guarded;
  for (const CompiledScenario& compiled : mutants) {
    const Mutant& mutant = *compiled.scenario.mutant;
    guarded.insert(mutant.killer.scenario);
    std::cout << fmt::format("{:<30} {:<48} {}\n", mutant.id, mutant.killer.scenario + ": " + mutant.killer.step,
                             mutant.breaks);
  }
  std::vector<std::string> unguarded;
  for (const CompiledScenario& compiled : scenarios) {
    if (!guarded.contains(compiled.scenario.Id())) unguarded.push_back(compiled.scenario.Id());
  }
  if (!unguarded.empty()) std::cout << "scenarios that no mutant names: " << Join(unguarded, ", ") << "\n";
  return 0;
}

int PrintSchema(const CommandLine& line) {
  if (line.of_events) {
    std::cout << EventsSchema();
  } else {
    std::cout << (line.of_mutants ? MutantSchema() : LanguageSchema(BuiltinSteps())).dump(2) << "\n";
  }
  return 0;
}

int Doctor(const RunOptions& options, Interrupt& interrupt) {
  SystemClock clock(interrupt);
  SystemRunner runner(clock, interrupt);
  const std::vector<Finding> findings = Examine(options, ThisMachine(), runner, clock);
  std::cout << Text(findings);
  const bool well = std::all_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.ok(); });
  return well ? 0 : ExitCode(Verdict::kInfra);
}

Status WriteViews(const CommandLine& line) {
  E2E_TRY(const std::filesystem::path folder, FindRun(line.options.artifacts, line.recorded), "report");
  E2E_CHECK(WriteReportAgain(folder), "report");
  for (const char* name : {"report.html", "summary.md", "junit.xml"}) std::cout << (folder / name).string() << "\n";
  E2E_TRY(const std::vector<nlohmann::json> events, ReadEvents(folder), "report");
  std::cout << TextOf(TimeSpentOf(events));
  return {};
}

int Report(const CommandLine& line) {
  const Status written = WriteViews(line);
  if (written) return 0;
  std::cerr << "stalwart-e2e: " << written.error().message() << "\n";
  return written.error().kind() == ErrorKind::kBadScenario ? kExitUsage : ExitCode(Verdict::kInfra);
}

// Writes the scenario that the seed makes into a folder of its own, selects it, and tells all that was chosen.
Status PrepareSoak(CommandLine& line) {
  const std::string name = NameOf(line.soak);
  const std::filesystem::path root = line.options.artifacts / ("soak-" + name);
  std::error_code code;
  std::filesystem::create_directories(root / "soak", code);
  if (code) return Error(ErrorKind::kInfra, (root / "soak").string() + " can't be made: " + code.message());
  E2E_CHECK(WriteWhole(root / "soak" / (name + ".yaml"), SoakScenario(line.soak)), "soak");
  line.options.scenarios = root;
  line.options.only = {"soak/" + name};
  std::cout << SoakText(line.soak) << "soak: scenario: " << (root / "soak" / (name + ".yaml")).string() << "\n"
            << std::flush;
  return {};
}

Status KeepSelected(CommandLine& line, std::vector<CompiledScenario>& scenarios) {
  if (line.rerun_failed) {
    E2E_TRY(line.options.only, FailedInLatestRun(line.options.artifacts), "choosing scenarios");
  }
  E2E_CHECK(Select(line.options, scenarios), "choosing scenarios");
  return KeepShard(line.shard, line.durations, scenarios);
}

int TellMistakes(const Problems& problems) {
  std::cerr << Render(problems)
            << fmt::format("stalwart-e2e: {} mistakes in the scenarios, nothing was started\n", problems.size());
  return kExitUsage;
}

int TellSelection(const Error& error) {
  std::cerr << "stalwart-e2e: " << error.message() << "\n";
  return kExitUsage;
}

int ListHeads(CommandLine& line) {
  Problems problems;
  std::vector<CompiledScenario> scenarios;
  for (Scenario& scenario : LoadHeads(line.options.scenarios, problems)) scenarios.push_back({std::move(scenario), {}});
  if (!problems.empty()) return TellMistakes(problems);
  const Status selected = KeepSelected(line, scenarios);
  return selected ? List(scenarios) : TellSelection(selected.error());
}

// Not for users, and so not in the help: the process in which a lane runs one scenario, and what helm starts to change
// what it has rendered.
std::optional<int> ServeProgram(int argc, char** argv, Interrupt& interrupt) {
  if (argc == 2 && std::string_view(argv[1]) == "worker") {
    interrupt.Install();
    return RunWorker(std::cin, interrupt);
  }
  if (argc == 4 && std::string_view(argv[1]) == "post-render") return RunPostRenderer(argv[2], argv[3]);
  return std::nullopt;
}

// The commands that read no scenario.
std::optional<int> WithoutScenarios(const CommandLine& line, Interrupt& interrupt) {
  switch (line.action) {
    case Action::kSchema: return PrintSchema(line);
    case Action::kUp: return Up(line.options, interrupt);
    case Action::kDown: return Down(line.options, line.clusters, interrupt);
    case Action::kReap: return Reap(line.options, interrupt);
    case Action::kDoctor: return Doctor(line.options, interrupt);
    case Action::kReport: return Report(line);
    case Action::kReplay: return ReplayRun(line.options.artifacts, line.recorded);
    case Action::kMerge: return MergeRuns(line.merged, line.options.artifacts);
    case Action::kCompare: return CompareCharts(line.charts, line.options, interrupt);
    case Action::kLedger: return VerifyLedger(line.ledger);
    default: return std::nullopt;
  }
}

// All mutants, with the surface that they guard.
int Prove(const RunOptions& options, const std::vector<std::string>& gtest_flags,
          const std::vector<CompiledScenario>& mutants, const std::vector<CompiledScenario>& scenarios,
          Interrupt& interrupt) {
  const auto surface = CoverSurface(options, mutants, scenarios, interrupt);
  if (!surface) {
    std::cerr << "stalwart-e2e: " << surface.error().Render() << "\n";
    return ExitCode(VerdictOf(surface.error()));
  }
  std::cout << SurfaceText(*surface) << std::flush;
  const int code = RunScenarios(options, gtest_flags, mutants, interrupt,
                                {.qualifying = {}, .surface = std::make_shared<const nlohmann::json>(*surface)});
  if (!SurfaceIsRed(*surface)) return code;
  std::cout << SurfaceText(*surface) << "stalwart-e2e: FAIL: " << SurfaceLine(*surface) << std::endl;
  return code == 0 ? ExitCode(Verdict::kFail) : code;
}

int WithScenarios(CommandLine& line, const std::vector<std::string>& gtest_flags, Interrupt& interrupt) {
  const bool proves = line.action == Action::kProve, surface = line.action == Action::kSurface;
  Problems problems;
  std::vector<CompiledScenario> mutants, scenarios;
  if (proves || surface || line.action == Action::kLint || line.of_mutants) {
    mutants = CompileMutants(line.options.scenarios, problems);
  }
  scenarios = CompileAll(line.options, problems);
  std::vector<CompiledScenario> lanes = CompileLanes(line, problems);
  LoadReviewed(line.options.scenarios / kSabotage / kReviewedFile, problems);
  if (!problems.empty()) return TellMistakes(problems);
  if (line.of_mutants) return ListMutants(mutants, scenarios);
  if (surface) return ShowSurface(line.options, mutants, scenarios, line.all_items, interrupt);
  if (line.action == Action::kQualify) return Qualify(line, gtest_flags, std::move(lanes), interrupt);
  // What a part of the mutants leaves unguarded says nothing.
  if (proves && line.options.only.empty()) return Prove(line.options, gtest_flags, mutants, scenarios, interrupt);
  for (std::string& name : line.options.only) name = proves ? fmt::format("{}/{}", kSabotage, name) : name;
  if (const Status selected = KeepSelected(line, proves ? mutants : scenarios); !selected) {
    return TellSelection(selected.error());
  }
  switch (line.action) {
    case Action::kList: return ListChecks(scenarios);
    case Action::kLint:
      std::cout << fmt::format("{} scenarios, {} mutants and {} lanes are fine\n", scenarios.size(), mutants.size(),
                               lanes.size());
      return 0;
    default: return RunScenarios(line.options, gtest_flags, proves ? mutants : scenarios, interrupt, {}, line.shard);
  }
}

int Main(int argc, char** argv) {
  Interrupt interrupt;
  if (const auto served = ServeProgram(argc, argv, interrupt)) return *served;
  // GoogleTest gets its own flags only: it would answer --help for the whole program.
  std::vector<char*> ours{argv[0]};
  std::vector<std::string> gtest_flags;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]).starts_with("--gtest_")) {
      gtest_flags.emplace_back(argv[i]);
    } else {
      ours.push_back(argv[i]);
    }
  }
  auto parsed = ParseCommandLine(static_cast<int>(ours.size()), ours.data());
  if (const auto* early = std::get_if<EarlyExit>(&parsed)) return early->code;
  CommandLine& line = std::get<CommandLine>(parsed);
  interrupt.Install();
  if (const auto done = WithoutScenarios(line, interrupt)) return *done;
  if (line.action == Action::kSoak) {
    if (const Status prepared = PrepareSoak(line); !prepared) {
      std::cerr << "stalwart-e2e: " << prepared.error().Render() << "\n";
      return ExitCode(Verdict::kInfra);
    }
  }
  if (line.action == Action::kList && !line.list_checks && !line.of_mutants) return ListHeads(line);
  return WithScenarios(line, gtest_flags, interrupt);
}

}  // namespace
}  // namespace e2e

int main(int argc, char** argv) {
  return e2e::Main(argc, argv);
}
