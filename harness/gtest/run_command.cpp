#include "gtest/run_command.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "base/text.h"
#include "gtest/lanes.h"
#include "gtest/scenario_test.h"
#include "process/system_runner.h"
#include "run/harness.h"
#include "run/report.h"
#include "run/scenario_log.h"
#include "run/scenario_runner.h"
#include "scenario/loader.h"

namespace e2e {
namespace {

// Brings the cluster up before the first test and takes it down after the last one.
class ClusterEnvironment : public testing::Environment {
 public:
  ClusterEnvironment(const RunContext& context, const std::vector<CompiledScenario>& scenarios, Log& log)
      : context_(context), scenarios_(scenarios), log_(log), harness_(context, log) {}

  void SetUp() override {
    if (auto up = harness_.BringUp(); !up) {
      infra_.push_back(VerdictOf(up.error()) == Verdict::kInterrupted ? Verdict::kInterrupted : Verdict::kInfra);
      FAIL() << Name(infra_.back()) << ": " << up.error().Render();
    }
    for (const PortMap& ports : harness_.cluster().lanes()) {
      runners_.push_back(std::make_unique<ScenarioRunner>(context_, harness_, ports));
    }
    const auto run = [this](int lane, const CompiledScenario& compiled) {
      return runners_[static_cast<std::size_t>(lane)]->Run(compiled);
    };
    const auto report = [this](const std::vector<ScenarioResult>& results) {
      if (auto written = WriteReport(context_.info, results); !written) log_.Warn(written.error().Render());
    };
    lanes_ = std::make_unique<Lanes>(context_.options.lanes, run, report);
    lanes_->Start(Selected());
  }

  void TearDown() override {
    const std::vector<Verdict> verdicts = Verdicts();
    lanes_.reset();
    runners_.clear();
    if (auto down = harness_.TearDown(Worst(verdicts) != Verdict::kPass); !down) {
      infra_.push_back(Verdict::kInfra);
      ADD_FAILURE() << "INFRA: " << down.error().Render();
    }
  }

  ScenarioResult Await(const std::string& id) {
    results_.push_back(lanes_->Await(id));
    return results_.back();
  }

  std::vector<Verdict> Verdicts() const {
    std::vector<Verdict> verdicts = infra_;
    for (const ScenarioResult& result : results_) verdicts.push_back(result.verdict);
    return verdicts;
  }
  const std::vector<ScenarioResult>& results() const { return results_; }

 private:
  // GoogleTest filters by itself; only what it will ask for is run.
  std::vector<const CompiledScenario*> Selected() const {
    std::vector<const CompiledScenario*> selected;
    const testing::UnitTest& unit = *testing::UnitTest::GetInstance();
    for (int s = 0; s < unit.total_test_suite_count(); ++s) {
      const testing::TestSuite& suite = *unit.GetTestSuite(s);
      for (int t = 0; t < suite.total_test_count(); ++t) {
        const testing::TestInfo& test = *suite.GetTestInfo(t);
        for (const CompiledScenario& compiled : scenarios_) {
          const bool same = SuiteName(compiled.scenario) == suite.name() && TestName(compiled.scenario) == test.name();
          if (same && test.should_run()) selected.push_back(&compiled);
        }
      }
    }
    return selected;
  }

  const RunContext& context_;
  const std::vector<CompiledScenario>& scenarios_;
  Log& log_;
  Harness harness_;
  std::vector<std::unique_ptr<ScenarioRunner>> runners_;
  std::unique_ptr<Lanes> lanes_;
  std::vector<ScenarioResult> results_;
  std::vector<Verdict> infra_;
};

Outcome<RunInfo> NewRun(const RunOptions& options, const ServerProfile& profile, const Clock& clock) {
  RunInfo info;
  const std::string stamp = Rfc3339(clock.WallNow());  // 2026-11-24T02:30:00.123Z
  info.run_id = fmt::format("{}{}{}-{}{}{}-{}", stamp.substr(2, 2), stamp.substr(5, 2), stamp.substr(8, 2),
                            stamp.substr(11, 2), stamp.substr(14, 2), stamp.substr(17, 2), getpid());
  info.server = profile.title;
  info.server_image = options.server_image;
  info.kubernetes_version = options.kubernetes_version;
  info.started = clock.WallNow();
  E2E_TRY(const YamlNode chart, YamlNode::ParseFile((options.chart / "Chart.yaml").string()), "reading the chart");
  const YamlNode* version = chart.Find("version");
  info.chart_version = "stalwart " + (version != nullptr ? version->Scalar() : "without a version");
  std::error_code code;
  info.folder = std::filesystem::absolute(options.artifacts / info.run_id, code);
  std::filesystem::create_directories(info.folder, code);
  if (code) {
    return Error(ErrorKind::kInfra, fmt::format("artifacts folder {} can't be made: {}; choose another one with --artifacts",
                                                info.folder.string(), code.message()));
  }
  const std::filesystem::path latest = info.folder.parent_path() / "latest";
  std::filesystem::remove(latest, code);
  std::filesystem::create_directory_symlink(info.run_id, latest, code);
  return info;
}

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
  const auto profile = FindProfile(options.server);
  if (!profile) return Fail(profile.error());
  const auto info = NewRun(options, *profile, clock);
  if (!info) return Fail(info.error());
  ScenarioLog log("run", info->folder / "run.log");
  const RunContext context{options, *info, *profile, clock, interrupt, runner, calm_clock, calm, calm_runner};

  std::cout << fmt::format("stalwart-e2e: server under test: {}, image {}; chart {}; Kubernetes {}\n", info->server,
                           info->server_image, info->chart_version, info->kubernetes_version)
            << std::flush;
  std::vector<std::string> flags = gtest_flags;
  flags.insert(flags.begin(), "--gtest_output=xml:" + (info->folder / "junit.xml").string());
  InitGoogleTest(flags);
  auto* environment = new ClusterEnvironment(context, scenarios, log);  // GoogleTest owns it
  testing::AddGlobalTestEnvironment(environment);
  const ResultOf result_of = [environment](const std::string& id) { return environment->Await(id); };
  Problems problems;
  RegisterScenarios(scenarios, result_of, problems);
  if (!problems.empty()) {
    std::cerr << Render(problems);
    return kExitUsage;
  }
  const bool gtest_failed = RUN_ALL_TESTS() != 0;
  Verdict verdict = interrupt.Requested() ? Verdict::kInterrupted : Worst(environment->Verdicts());
  if (verdict == Verdict::kPass && gtest_failed) verdict = Verdict::kInfra;
  if (auto written = WriteReport(*info, environment->results()); !written) {
    // A pass that nobody can look up is none.
    log.Warn(written.error().Render());
    if (verdict == Verdict::kPass) verdict = Verdict::kInfra;
  }
  std::cout << "stalwart-e2e: " << VerdictLine(*info, verdict, environment->results()) << std::endl;
  return ExitCode(verdict);
}

}  // namespace e2e
