#include "run/worker_lane.h"

#include <deque>

#include "run/result_json.h"
#include "run/worker_lines.h"
#include "run/worker_task.h"
#include "unit/run/harness_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

// Plays the worker processes of a lane; everything else is the cluster's.
class PlayedWorkers : public ClusterRunner {
 public:
  // What one worker does: the verdict that it writes, or how it ends without one.
  struct Play {
    std::optional<Verdict> verdict;
    CommandResult ended{Exited{0}, "", "", Duration(1)};
    bool kept = false;
    // Asked to stop while the worker runs.
    Interrupt* interrupt = nullptr;
  };
  Outcome<CommandResult> Run(const Command& command, Deadline deadline) override {
    if (command.argv.size() != 2 || command.argv[1] != "worker") return ClusterRunner::Run(command, deadline);
    const auto task = TaskFromText(command.stdin_text);
    if (!task || plays.empty()) {
      ADD_FAILURE() << "unexpected worker";
      return CommandResult{Exited{1}, "", "", Duration(1)};
    }
    tasks.push_back(*task);
    commands.push_back(command);
    if (command.on_stdout_line) command.on_stdout_line(WorkerLine({WorkerSays::kLine, "a line of the worker"}));
    const Play play = plays.front();
    plays.pop_front();
    if (play.interrupt != nullptr) play.interrupt->Request();
    if (play.verdict) Write(*task, play);
    return play.ended;
  }

  std::deque<Play> plays;
  std::vector<WorkerTask> tasks;
  std::vector<Command> commands;

 private:
  static void Write(const WorkerTask& task, const Play& play) {
    Scenario scenario;
    scenario.suite = "s";
    scenario.stem = task.scenario_file.stem();
    ScenarioResult result{.id = scenario.Id()};
    result.verdict = *play.verdict;
    if (result.verdict != Verdict::kPass) result.error = Error(ErrorKind::kExpectation, "wrong answer");
    result.kept = play.kept;
    result.artifacts = FolderOf(task.run_folder, scenario, task.number);
    std::filesystem::create_directories(result.artifacts);
    std::ofstream(result.artifacts / kResultFile) << ToJson(result).dump();
  }
};

class WorkerLaneTest : public HarnessFixture {
 protected:
  void BringUp(std::size_t api_answers) {
    ApiServer(std::vector<std::string>(api_answers, "{}"));
    workers_.kubeconfig = runner_.kubeconfig;
    ASSERT_THAT(harness_.BringUp(), Succeeds());
    workers_.ran.clear();
    access_ = harness_.access();
    lane_ = std::make_unique<WorkerLane>(worker_context_, *access_, harness_.cluster().lanes().front());
  }
  static CompiledScenario Scenario(const std::string& stem) {
    CompiledScenario compiled;
    compiled.scenario.suite = "s";
    compiled.scenario.stem = stem;
    compiled.scenario.title = "T";
    compiled.scenario.where = {"s/" + stem + ".yaml", 1, 1};
    return compiled;
  }
  ScenarioResult Run(const std::string& stem) { return lane_->Run(Scenario(stem)); }

  PlayedWorkers workers_;
  const RunContext worker_context_{options_, info_, servers_, clock_, interrupt_, workers_, clock_, calm_, workers_};
  Harness harness_{worker_context_, log_};
  std::optional<ClusterAccess> access_;
  std::unique_ptr<WorkerLane> lane_;
};

TEST_F(WorkerLaneTest, TheWorkerKnowsTheClusterAndItsResultIsTaken) {
  BringUp(0);
  workers_.plays = {{Verdict::kPass}};
  EXPECT_EQ(lane_->Run(Scenario("x"), 2).verdict, Verdict::kPass);
  const WorkerTask& task = workers_.tasks.at(0);
  EXPECT_EQ(task.scenario_file, "s/x.yaml");
  EXPECT_EQ(task.number.round, 2);
  EXPECT_EQ(task.number.attempt, 1);
  EXPECT_EQ(task.kubeconfig, harness_.cluster().kubeconfig());
  EXPECT_EQ(task.node, "stalwart-e2e-" + info_.run_id + "-control-plane");
  EXPECT_EQ(task.host_ports.size(), 8u);
  EXPECT_EQ(task.options.server_image, options_.server_image);
  EXPECT_GT(workers_.commands.at(0).interrupt_grace, Duration(0)) << "a worker tears down by itself";
  EXPECT_THAT(workers_.ran, IsEmpty()) << "what is to be cleaned up is the worker's business";
}

TEST_F(WorkerLaneTest, AMutantThatNeedsAServerWhichIsNotThereIsSkipped) {
  BringUp(0);
  Mutant mutant;
  mutant.server = "fake-0.15";
  CompiledScenario compiled = Scenario("x");
  compiled.scenario.mutant = std::make_shared<const Mutant>(mutant);
  const ScenarioResult result = lane_->Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kSkipped);
  EXPECT_EQ(result.mutant->seen, "it needs the server fake-0.15, and this run has reference");
}

TEST_F(WorkerLaneTest, ADeadWorkerIsInfraWithItsLastWordsAndItsReleaseIsRemoved) {
  BringUp(0);
  workers_.plays = {{std::nullopt, {Signaled{9}, "", "first\nlast words\n", Duration(1)}}};
  const ScenarioResult result = Run("x");
  EXPECT_EQ(result.verdict, Verdict::kInfra);
  EXPECT_EQ(result.id, "s/x");
  EXPECT_THAT(result.error->Render(), AllOf(HasSubstr("the worker process of s/x killed by signal 9 (Killed)"),
                                            HasSubstr("last words"), HasSubstr("s/x.yaml:1:1")));
  EXPECT_TRUE(std::filesystem::exists(result.artifacts / "diagnostics"));
  EXPECT_EQ(workers_.Count("helm uninstall *--namespace e2e-s-x"), 1);
  // The API server is away: that the namespace stays is told.
  EXPECT_EQ(result.cleanup_errors.size(), 1u);
}

TEST_F(WorkerLaneTest, AWorkerThatLeavesNoResultIsInfra) {
  BringUp(0);
  workers_.plays = {{std::nullopt}};
  EXPECT_THAT(Run("x").error->Render(), HasSubstr("left no result"));
}

TEST_F(WorkerLaneTest, AResultOfBeforeIsNotTaken) {
  BringUp(0);
  workers_.plays = {{Verdict::kPass}, {std::nullopt}};
  EXPECT_EQ(Run("x").verdict, Verdict::kPass);
  EXPECT_EQ(Run("x").verdict, Verdict::kInfra);
}

TEST_F(WorkerLaneTest, AWorkerThatDiesOfTheInterruptIsInterrupted) {
  options_.retries = 3;
  BringUp(0);
  workers_.plays = {{.ended = {Signaled{2}, "", "", Duration(1)}, .interrupt = &interrupt_}};
  EXPECT_EQ(Run("x").verdict, Verdict::kInterrupted);
  EXPECT_EQ(workers_.Count("helm uninstall *--namespace e2e-s-x"), 1);
  EXPECT_EQ(Run("y").verdict, Verdict::kSkipped) << "nothing begins after it";
}

TEST_F(WorkerLaneTest, AFailedScenarioIsRunAgainOnAFreshRelease) {
  options_.retries = 2;
  BringUp(0);
  workers_.plays = {{Verdict::kFail}, {Verdict::kPass}};
  const ScenarioResult result = Run("x");
  EXPECT_EQ(result.verdict, Verdict::kFlaky);
  EXPECT_EQ(result.error->message(), "wrong answer");
  ASSERT_EQ(workers_.tasks.size(), 2u);
  EXPECT_EQ(workers_.tasks[1].number.attempt, 2);
  EXPECT_EQ(result.attempts.at(0).artifacts, info_.folder / "scenarios" / "s-x");
  EXPECT_EQ(result.attempts.at(1).artifacts, info_.folder / "scenarios" / "s-x-a2");
}

TEST_F(WorkerLaneTest, OnlyTheLastAttemptMayBeKept) {
  options_.retries = 1;
  options_.keep = Keep::kFailed;
  BringUp(0);
  workers_.plays = {{Verdict::kFail}, {.verdict = Verdict::kFail, .kept = true}};
  EXPECT_TRUE(Run("x").kept);
  EXPECT_EQ(workers_.tasks.at(0).options.keep, Keep::kNever);
  EXPECT_EQ(workers_.tasks.at(1).options.keep, Keep::kFailed);
}

TEST_F(WorkerLaneTest, WhatIsKeptForAFailureBlocksTheLane) {
  options_.keep = Keep::kFailed;
  BringUp(0);
  workers_.plays = {{.verdict = Verdict::kFail, .kept = true}};
  EXPECT_EQ(Run("x").verdict, Verdict::kFail);
  const ScenarioResult next = Run("y");
  EXPECT_EQ(next.verdict, Verdict::kSkipped);
  EXPECT_THAT(next.error->Render(), HasSubstr("kept for the failed scenario s/x"));
  EXPECT_THAT(workers_.ran, IsEmpty());
}

TEST_F(WorkerLaneTest, KeptAlwaysMeansUntilTheLaneIsNeeded) {
  options_.keep = Keep::kAlways;
  BringUp(1);
  workers_.plays = {{.verdict = Verdict::kPass, .kept = true}, {.verdict = Verdict::kPass, .kept = true}};
  Run("x");
  EXPECT_THAT(workers_.ran, IsEmpty());
  Run("y");
  EXPECT_EQ(workers_.Count("helm uninstall *--namespace e2e-s-x"), 1);
  lane_.reset();
  EXPECT_EQ(workers_.Count("helm uninstall *--namespace e2e-s-y"), 0);
}

TEST_F(WorkerLaneTest, WithoutAServerOfItsLayoutAScenarioIsSkipped) {
  const Servers alone = *FindServers("reference", "mail:1", "", "");
  const RunContext context{options_, info_, alone, clock_, interrupt_, workers_, clock_, calm_, workers_};
  BringUp(0);
  CompiledScenario compiled = Scenario("x");
  compiled.scenario.install.layout = "v0.16";
  const ScenarioResult result = WorkerLane(context, *access_, harness_.cluster().lanes().front()).Run(compiled);
  EXPECT_EQ(result.verdict, Verdict::kSkipped);
  EXPECT_THAT(result.error->Render(), HasSubstr("needs a server of layout v0.16"));
}

TEST(WorkerLines, GoThereAndBackAsOneLine) {
  for (const WorkerSays says : {WorkerSays::kLine, WorkerSays::kWarning, WorkerSays::kDetail, WorkerSays::kLive}) {
    const std::string line = WorkerLine({says, "a failure\n  of two lines"});
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const WorkerWord word = ParseWorkerLine(line);
    EXPECT_EQ(word.says, says);
    EXPECT_EQ(word.text, "a failure\n  of two lines");
  }
}

TEST(WorkerLines, OfSomebodyElseAreShownAsTheyAre) {
  for (const char* line : {"said by somebody else", "7", "{\"line\": 7}", "{", ""}) {
    EXPECT_EQ(ParseWorkerLine(line).says, WorkerSays::kLine);
    EXPECT_EQ(ParseWorkerLine(line).text, line);
  }
}

}  // namespace
}  // namespace e2e
