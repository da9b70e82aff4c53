// stalwart-e2e: parses the command line, compiles the scenarios, and does what was asked for.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>

#include "base/text.h"
#include "cluster/lease.h"
#include "gtest/options.h"
#include "gtest/run_command.h"
#include "process/system_runner.h"
#include "run/verdict.h"
#include "scenario/loader.h"
#include "steps/language_schema.h"

namespace e2e {
namespace {

std::vector<CompiledScenario> CompileAll(const RunOptions& options, Problems& problems) {
  std::vector<CompiledScenario> compiled;
  for (Scenario& scenario : LoadScenarios(options.scenarios, problems)) {
    if (auto one = Compile(std::move(scenario), BuiltinSteps(), problems)) compiled.push_back(std::move(*one));
  }
  return compiled;
}

int List(const std::vector<CompiledScenario>& scenarios) {
  for (const CompiledScenario& compiled : scenarios) {
    std::cout << fmt::format("{:<30} {}\n", compiled.scenario.Id(), compiled.scenario.title);
  }
  return 0;
}

int PrintSchema() {
  std::cout << LanguageSchema(BuiltinSteps()).dump(2) << "\n";
  return 0;
}

int Reap(const RunOptions& options, Interrupt& interrupt) {
  SystemClock clock(interrupt);
  SystemRunner runner(clock, interrupt);
  const LeaseFolder leases(options.cache / "leases");
  const auto tell = [](const std::string& line) { std::cerr << line << "\n"; };
  const auto reaped =
      leases.Reap(runner, options.tools, tell, Deadline::In(clock, Duration(300'000)), /*kept_too=*/true);
  if (!reaped) {
    std::cerr << "stalwart-e2e: " << reaped.error().Render() << "\n";
    return ExitCode(Verdict::kInfra);
  }
  std::cout << fmt::format("{} leftover clusters removed\n", reaped->size());
  return 0;
}

int NothingMatches(const RunOptions& options) {
  std::cerr << fmt::format("stalwart-e2e: no scenario matches \"{}\"; `stalwart-e2e list` shows what there is\n",
                           options.filter);
  return kExitUsage;
}

int Main(int argc, char** argv) {
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
  const CommandLine& line = std::get<CommandLine>(parsed);
  if (line.action == Action::kSchema) return PrintSchema();
  Interrupt interrupt;
  interrupt.Install();
  if (line.action == Action::kReap) return Reap(line.options, interrupt);
  Problems problems;
  std::vector<CompiledScenario> scenarios = CompileAll(line.options, problems);
  if (!problems.empty()) {
    std::cerr << Render(problems)
              << fmt::format("stalwart-e2e: {} mistakes in the scenarios, nothing was started\n", problems.size());
    return kExitUsage;
  }
  std::erase_if(scenarios, [&](const CompiledScenario& c) { return !GlobMatch(line.options.filter, c.scenario.Id()); });
  if (scenarios.empty()) return NothingMatches(line.options);
  switch (line.action) {
    case Action::kList: return List(scenarios);
    case Action::kLint: std::cout << fmt::format("{} scenarios are fine\n", scenarios.size()); return 0;
    default: return RunScenarios(line.options, gtest_flags, scenarios, interrupt);
  }
}

}  // namespace
}  // namespace e2e

int main(int argc, char** argv) {
  return e2e::Main(argc, argv);
}
