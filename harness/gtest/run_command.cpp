#include "gtest/run_command.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "gtest/cluster_environment.h"
#include "gtest/github.h"
#include "gtest/scenario_test.h"
#include "process/system_runner.h"
#include "run/new_run.h"
#include "run/report.h"
#include "run/scenario_log.h"
#include "scenario/loader.h"

namespace e2e {
namespace {

int Fail(const Error& error) {
  std::cerr << "stalwart-e2e: " << error.Render() << "\n";
  return error.kind() == ErrorKind::kBadScenario ? kExitUsage : ExitCode(Verdict::kInfra);
}

void InitGoogleTest(std::vector<std::string> flags) {
  flags.insert(flags.begin(), "stalwart-e2e");
  std::vector<char*> argv;
  for (std::string& flag : flags) argv.push_back(flag.data());
  int count = static_cast<int>(argv.size());
  argv.push_back(nullptr);
  testing::InitGoogleTest(&count, argv.data());
}

int ListTests(const std::vector<CompiledScenario>& scenarios) {
  const ResultOf none = [](const std::string&) { return ScenarioResult{}; };
  Problems problems;
  RegisterScenarios(scenarios, none, problems);
  std::cerr << Render(problems);
  const int status = RUN_ALL_TESTS();
  return problems.empty() ? status : kExitUsage;
}

Verdict Conclude(const RunContext& context, const ClusterEnvironment& environment, bool gtest_failed, Log& log) {
  Verdict verdict = context.interrupt.Requested() ? Verdict::kInterrupted : Worst(environment.Verdicts());
  if (verdict == Verdict::kPass && gtest_failed) verdict = Verdict::kInfra;
  if (auto written = WriteReport(context.info, environment.results()); !written) {
    // A pass that nobody can look up is none.
    log.Warn(written.error().Render());
    if (verdict == Verdict::kPass) verdict = Verdict::kInfra;
  }
  TellGithub(context.info, environment.results());
  std::cout << "stalwart-e2e: " << VerdictLine(context.info, verdict, environment.results()) << std::endl;
  return verdict;
}

std::string Standin(const RunInfo& info) {
  return info.standin.empty() ? "" : fmt::format("stand-in: {}, image {}; ", info.standin, info.standin_image);
}

int Execute(const RunContext& context, const std::vector<CompiledScenario>& scenarios) {
  ScenarioLog log("run", context.info.folder / "run.log");
  auto* environment = new ClusterEnvironment(context, scenarios, log);  // GoogleTest owns it
  testing::AddGlobalTestEnvironment(environment);
  const ResultOf result_of = [environment](const std::string& id) { return environment->Await(id); };
  Problems problems;
  RegisterScenarios(scenarios, result_of, problems);
  if (!problems.empty()) {
    std::cerr << Render(problems);
    return kExitUsage;
  }
  std::cout << fmt::format("stalwart-e2e: server under test: {}, image {}; {}chart {}; Kubernetes {}\n",
                           context.info.server, context.info.server_image, Standin(context.info),
                           context.info.chart_version, context.info.kubernetes_version)
            << std::flush;
  const bool gtest_failed = RUN_ALL_TESTS() != 0;
  return ExitCode(Conclude(context, *environment, gtest_failed, log));
}

}  // namespace

int RunScenarios(const RunOptions& options, const std::vector<std::string>& gtest_flags,
                 const std::vector<CompiledScenario>& scenarios, Interrupt& interrupt) {
  if (std::count(gtest_flags.begin(), gtest_flags.end(), "--gtest_list_tests") > 0) {
    InitGoogleTest(gtest_flags);
    return ListTests(scenarios);
  }
  SystemClock clock(interrupt);
  const Interrupt calm;
  SystemClock calm_clock(calm);
  SystemRunner runner(clock, interrupt);
  SystemRunner calm_runner(calm_clock, calm);
  const auto servers = FindServers(options.server, options.server_image, options.standin, options.standin_image);
  if (!servers) return Fail(servers.error());
  const auto info = NewRun(options, *servers, clock);
  if (!info) return Fail(info.error());
  std::vector<std::string> flags = gtest_flags;
  flags.insert(flags.begin(), "--gtest_output=xml:" + (info->folder / "junit.xml").string());
  InitGoogleTest(flags);
  const RunContext context{options, *info, *servers, clock, interrupt, runner, calm_clock, calm, calm_runner};
  return Execute(context, scenarios);
}

}  // namespace e2e
