#include "gtest/run_command.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "gtest/cluster_environment.h"
#include "gtest/github.h"
#include "gtest/progress_printer.h"
#include "gtest/scenario_test.h"
#include "process/system_runner.h"
#include "process/telling_runner.h"
#include "run/event_file.h"
#include "run/kill_matrix.h"
#include "run/new_run.h"
#include "run/own_cost.h"
#include "run/qualification.h"
#include "run/report.h"
#include "run/result_json.h"
#include "run/scenario_log.h"
#include "scenario/loader.h"

namespace e2e {
namespace {

using nlohmann::json;

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
  const char* no_color = std::getenv("NO_COLOR");  // no-color.org
  if (no_color != nullptr && *no_color != '\0') GTEST_FLAG_SET(color, "no");
  testing::InitGoogleTest(&count, argv.data());
}

// Each iteration of --gtest_repeat runs the scenarios anew.
class IterationListener : public testing::EmptyTestEventListener {
 public:
  explicit IterationListener(ClusterEnvironment& environment) : environment_(environment) {}
  void OnTestIterationStart(const testing::UnitTest&, int) override { environment_.BeginIteration(); }

 private:
  ClusterEnvironment& environment_;
};

int ListTests(const std::vector<CompiledScenario>& scenarios) {
  const ResultsOf none = [](const std::string&) { return std::vector<ScenarioResult>(); };
  Problems problems;
  RegisterScenarios(scenarios, none, problems);
  std::cerr << Render(problems);
  const int status = RUN_ALL_TESTS();
  return problems.empty() ? status : kExitUsage;
}

Verdict Conclude(const RunContext& context, const ClusterEnvironment& environment, bool gtest_failed, Log& log) {
  Verdict verdict = context.interrupt.Requested() ? Verdict::kInterrupted : Worst(environment.Verdicts());
  if (verdict == Verdict::kPass && gtest_failed) verdict = Verdict::kInfra;
  json end = PurposeToJson(context.info, environment.Results(), environment.Problems());
  end["verdict"] = Name(verdict);
  TellOwnCost(ProcessEvents(), "run");
  ProcessEvents().Tell("run.end", end);
  if (auto written = WriteReport(context.info, environment.Results(), environment.Problems()); !written) {
    // A pass that nobody can look up is none.
    log.Warn(written.error().Render());
    if (verdict == Verdict::kPass) verdict = Verdict::kInfra;
  }
  TellGithub(context.info, environment.Results(), environment.Problems());
  std::cout << KillText(KillMatrix(environment.Results()));
  std::cout << "stalwart-e2e: " << VerdictLine(context.info, verdict, environment.Results()) << std::endl;
  return verdict;
}

// A run that could not end as it should decides nothing, whatever its lanes came to.
int Decide(const Qualifying& asked, const ClusterEnvironment& environment, Verdict run) {
  const json decided = QualificationOf(asked, environment.Results(), environment.Problems());
  const int code = QualificationCode(decided);
  if (code == 0 && run != Verdict::kPass) {
    std::cout << fmt::format("stalwart-e2e: {}: the run itself came to {}", kNotDecided, Name(run)) << std::endl;
    return ExitCode(run);
  }
  std::cout << "stalwart-e2e: " << QualificationLine(decided) << std::endl;
  return code;
}

std::string Standin(const RunInfo& info) {
  return info.standin.empty() ? "" : fmt::format("stand-in: {}, image {}; ", info.standin, info.standin_image);
}

void TellRunBegin(const RunInfo& info, EventSink& events) {
  json begin = ToJson(info);
  begin["schema"] = kEventSchema;
  events.Tell("run.begin", begin);
}

int Execute(const RunContext& context, const std::vector<CompiledScenario>& scenarios) {
  ScenarioLog log("run", context.info.folder / "run.log");
  auto* environment = new ClusterEnvironment(context, scenarios, log);  // GoogleTest owns it
  testing::AddGlobalTestEnvironment(environment);
  const ResultsOf results_of = [environment](const std::string& id) { return environment->Await(id); };
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  // GoogleTest owns what is appended.
  listeners.Append(new ProgressPrinter(
      std::unique_ptr<testing::TestEventListener>(listeners.Release(listeners.default_result_printer())),
      context.options.verbosity == Verbosity::kQuiet, [environment] { return environment->board(); }));
  listeners.Append(new IterationListener(*environment));
  Problems problems;
  RegisterScenarios(scenarios, results_of, problems);
  if (!problems.empty()) {
    std::cerr << Render(problems);
    return kExitUsage;
  }
  std::cout << fmt::format("stalwart-e2e: server under test: {}, image {}; {}chart {}; Kubernetes {}\n",
                           context.info.server, context.info.server_image, Standin(context.info),
                           context.info.chart_version, context.info.kubernetes_version)
            << std::flush;
  const bool gtest_failed = RUN_ALL_TESTS() != 0;
  if (testing::UnitTest::GetInstance()->test_to_run_count() == 0) {
    std::cerr << "stalwart-e2e: no scenario matches GoogleTest's own filter; --gtest_list_tests shows their names\n";
    return kExitUsage;
  }
  const Verdict verdict = Conclude(context, *environment, gtest_failed, log);
  if (!context.info.purpose.qualifying || verdict == Verdict::kInterrupted) return ExitCode(verdict);
  return Decide(*context.info.purpose.qualifying, *environment, verdict);
}

}  // namespace

int RunScenarios(const RunOptions& options, const std::vector<std::string>& gtest_flags,
                 const std::vector<CompiledScenario>& scenarios, Interrupt& interrupt, RunPurpose purpose,
                 const Shard& shard) {
  if (std::count(gtest_flags.begin(), gtest_flags.end(), "--gtest_list_tests") > 0) {
    InitGoogleTest(gtest_flags);
    return ListTests(scenarios);
  }
  if (std::any_of(gtest_flags.begin(), gtest_flags.end(),
                  [](const std::string& flag) { return flag.starts_with("--gtest_repeat=-"); })) {
    return Fail(Error(ErrorKind::kBadScenario, "a run has an end; use --until-fail, or a number with --gtest_repeat"));
  }
  ShowOnConsole(options.verbosity);
  SystemClock clock(interrupt);
  const Interrupt calm;
  SystemClock calm_clock(calm);
  SystemRunner runner(clock, interrupt);
  SystemRunner calm_runner(calm_clock, calm);
  const auto servers = FindServers(options.server, options.server_image, options.standin, options.standin_image);
  if (!servers) return Fail(servers.error());
  auto info = NewRun(options, *servers, clock);
  if (!info) return Fail(info.error());
  info->purpose = std::move(purpose);
  if (shard.count > 0) {
    if (const Status written = WriteShard(shard, info->folder); !written) return Fail(written.error());
  }
  std::vector<std::string> flags = gtest_flags;
  // One cluster serves all iterations of --gtest_repeat.
  flags.insert(flags.begin(), "--gtest_recreate_environments_when_repeating=0");
  InitGoogleTest(flags);
  EventFile events(info->folder / kEventFile, clock);
  TellRunBegin(*info, events);
  TellingRunner telling(runner, clock, events);
  TellingRunner calm_telling(calm_runner, calm_clock, events);
  const UseEvents use(events);
  const RunContext context{options, *info, *servers, clock, interrupt, telling, calm_clock, calm, calm_telling};
  const int code = Execute(context, scenarios);
  if (events.Lost() > 0) std::cerr << fmt::format("stalwart-e2e: {} events are not in {}\n", events.Lost(), kEventFile);
  return code;
}

}  // namespace e2e
