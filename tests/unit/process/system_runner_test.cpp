#include "process/system_runner.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/text.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SystemRunnerTest : public testing::Test {
 protected:
  Outcome<CommandResult> Shell(const std::string& script, Duration limit = std::chrono::seconds(20)) {
    return Run({.argv = {"/bin/sh", "-c", script}}, limit);
  }
  Outcome<CommandResult> Run(const Command& command, Duration limit = std::chrono::seconds(20)) {
    return runner_.Run(command, Deadline::In(clock_, limit));
  }
  // Ended counts as gone: an orphan is reaped whenever its new parent comes to it.
  static bool Runs(const std::string& pid) {
    const std::string stat = TempDir::Read("/proc/" + pid + "/stat");
    return !stat.empty() && stat.find(") Z ") == std::string::npos;
  }
  bool GoneWithin(const std::string& pid, Duration limit) {
    const Deadline deadline = Deadline::In(clock_, limit);
    while (Runs(pid)) {
      if (deadline.Passed(clock_)) return false;
      clock_.SleepUntil(clock_.Now() + Duration(10));
    }
    return true;
  }

  Interrupt interrupt_;
  SystemClock clock_{interrupt_};
  SystemRunner runner_{clock_, interrupt_, {.kill_grace = Duration(300), .drain = Duration(200)}};
};

TEST_F(SystemRunnerTest, ReadsBothStreamsAtOnceBeyondThePipesCapacity) {
  const auto result =
      Shell("head -c 300000 /dev/zero | tr '\\0' o; head -c 300000 /dev/zero | tr '\\0' e >&2; echo end");
  ASSERT_THAT(result, Succeeds());
  EXPECT_TRUE(result->ok());
  EXPECT_EQ(result->out, std::string(300000, 'o') + "end\n");
  EXPECT_EQ(result->err, std::string(300000, 'e'));
}

TEST_F(SystemRunnerTest, TellsExit9FromSignal9) {
  EXPECT_EQ(Shell("exit 9")->exit, decltype(CommandResult::exit)(Exited{9}));
  EXPECT_EQ(Shell("kill -9 $$")->exit, decltype(CommandResult::exit)(Signaled{9}));
}

TEST_F(SystemRunnerTest, PassesWordsAsTheyAre) {
  const auto result = Run({.argv = {"printf", "<%s>", "a b", "$HOME", ""}});
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->out, "<a b><$HOME><>");
}

TEST_F(SystemRunnerTest, EndsATreeThatIgnoresTerm) {
  const TimePoint start = clock_.Now();
  const auto result = Shell("trap '' TERM; (trap '' TERM; echo $$; sleep 60) & echo $!; wait; sleep 60", Duration(300));
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->exit, decltype(CommandResult::exit)(TimedOut{}));
  EXPECT_LT(clock_.Now() - start, std::chrono::seconds(5));
  for (const std::string& pid : Split(Trim(result->out), '\n')) {
    EXPECT_TRUE(GoneWithin(pid, std::chrono::seconds(5))) << pid;
  }
}

TEST_F(SystemRunnerTest, AGrandchildThatHoldsThePipeDoesNotHoldTheRunner) {
  const TimePoint start = clock_.Now();
  const auto result = Shell("sleep 60 & echo $!");
  ASSERT_THAT(result, Succeeds());
  EXPECT_TRUE(result->ok());
  EXPECT_LT(clock_.Now() - start, std::chrono::seconds(5));
  EXPECT_TRUE(GoneWithin(std::string(Trim(result->out)), std::chrono::seconds(5)));
}

TEST_F(SystemRunnerTest, FeedsALongInputToAProgramThatReadsLate) {
  const std::string text(300000, 'i');
  const auto result = Run({.argv = {"/bin/sh", "-c", "head -c 200000 /dev/zero; cat"}, .stdin_text = text});
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->out, std::string(200000, '\0') + text);
}

TEST_F(SystemRunnerTest, WithoutInputThereIsNothingToRead) {
  EXPECT_EQ(Shell("cat; echo done")->out, "done\n");
}

TEST_F(SystemRunnerTest, AProgramThatReadsNoInputIsNoProblem) {
  EXPECT_TRUE(Run({.argv = {"true"}, .stdin_text = std::string(300000, 'i')})->ok());
}

TEST_F(SystemRunnerTest, LeaksNoDescriptors) {
  TempDir folder;
  const int open_without_cloexec = open((folder / "log").c_str(), O_CREAT | O_WRONLY, 0600);
  const auto result = Shell("ls /proc/$$/fd");
  close(open_without_cloexec);
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->out, "0\n1\n2\n");
}

TEST_F(SystemRunnerTest, AddsAndRemovesEnvironment) {
  setenv("E2E_TEST_INHERITED", "inherited", 1);
  setenv("E2E_TEST_UNSET", "unset", 1);
  const auto result = Run({.argv = {"/bin/sh", "-c", "echo $E2E_TEST_INHERITED $E2E_TEST_UNSET $E2E_TEST_ADDED"},
                           .env = {{"E2E_TEST_ADDED", "added"}},
                           .unset_env = {"E2E_TEST_UNSET"}});
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->out, "inherited added\n");
}

// Entries of the environment are shorter: only the address sanitizer notices a look-up that reads beyond their ends.
TEST_F(SystemRunnerTest, AVariablesNameMayBeLong) {
  const std::string name = "E2E_TEST_" + std::string(200, 'X');
  const auto result = Run({.argv = {"/bin/sh", "-c", "echo $" + name}, .env = {{name, "added"}}});
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->out, "added\n");
}

TEST_F(SystemRunnerTest, RunsInTheFolder) {
  EXPECT_EQ(Run({.argv = {"pwd"}, .cwd = "/usr"})->out, "/usr\n");
  EXPECT_THAT(Run({.argv = {"pwd"}, .cwd = "/no/such"}), FailsWith(ErrorKind::kInfra, HasSubstr("/no/such")));
}

TEST_F(SystemRunnerTest, HandsOverEachLineOfStderrRedacted) {
  std::vector<std::string> lines;
  Command command{.argv = {"/bin/sh", "-c", "printf 'one\\ntwo secret\\nlast' >&2"}, .secrets = {"secret"}};
  command.on_stderr_line = [&](std::string_view line) { lines.emplace_back(line); };
  EXPECT_THAT(Run(command), Succeeds());
  EXPECT_THAT(lines, ElementsAre("one", "two ***", "last"));
}

TEST_F(SystemRunnerTest, HandsOverEachLineOfStdoutAsItComes) {
  TempDir folder;
  std::vector<std::string> lines;
  // Goes on only when its first line was handed over.
  const std::string go = (folder / "go").string();
  Command command{.argv = {"/bin/sh", "-c", "echo one; while [ ! -e " + go + " ]; do sleep 0.01; done; printf last"}};
  command.on_stdout_line = [&](std::string_view line) {
    lines.emplace_back(line);
    folder.Write("go", "");
  };
  const auto result = Run(command);
  ASSERT_THAT(result, Succeeds());
  EXPECT_TRUE(result->ok());
  EXPECT_THAT(lines, ElementsAre("one", "last"));
  EXPECT_EQ(result->out, "one\nlast");
}

// Asks for an interrupt as soon as the program says that it is ready for it.
class InterruptGraceTest : public SystemRunnerTest {
 protected:
  Outcome<CommandResult> RunAndInterrupt(const std::string& on_interrupt, Duration grace,
                                         Duration limit = std::chrono::seconds(20)) {
    const std::string script = "trap '" + on_interrupt + "' INT; echo ready; while :; do sleep 0.01; done";
    Command command{.argv = {"/bin/sh", "-c", script}, .interrupt_grace = grace};
    command.on_stdout_line = [this](std::string_view) { interrupt_.Request(); };
    return Run(command, limit);
  }
};

TEST_F(InterruptGraceTest, AProgramWithTimeEndsInItsOwnWay) {
  const auto result = RunAndInterrupt("echo tidy; exit 7", std::chrono::seconds(20));
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->exit, decltype(CommandResult::exit)(Exited{7}));
  EXPECT_EQ(result->out, "ready\ntidy\n");
}

TEST_F(InterruptGraceTest, OneThatDoesNotIsEnded) {
  const auto result = RunAndInterrupt("", Duration(100));
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->exit, decltype(CommandResult::exit)(Interrupted{}));
}

TEST_F(InterruptGraceTest, TheDeadlineStandsAboveTheTime) {
  const auto result = RunAndInterrupt("", std::chrono::minutes(9), Duration(500));
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->exit, decltype(CommandResult::exit)(TimedOut{}));
}

TEST_F(SystemRunnerTest, AnInterruptEndsTheProgram) {
  const TimePoint start = clock_.Now();
  std::thread user([&] {
    SystemClock(Interrupt()).SleepUntil(clock_.Now() + Duration(100));
    interrupt_.Request();
  });
  const auto result = Shell("sleep 60");
  user.join();
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->exit, decltype(CommandResult::exit)(Interrupted{}));
  EXPECT_LT(clock_.Now() - start, std::chrono::seconds(5));
}

TEST_F(SystemRunnerTest, StartsNothingOnceInterrupted) {
  TempDir folder;
  interrupt_.Request();
  EXPECT_EQ(Run({.argv = {"touch", (folder / "made").string()}})->exit, decltype(CommandResult::exit)(Interrupted{}));
  EXPECT_FALSE(std::filesystem::exists(folder / "made"));
}

TEST_F(SystemRunnerTest, ACleanupRunsAlthoughInterrupted) {
  interrupt_.Request();
  const auto result = Run({.argv = {"sh", "-c", "sleep 0.1; echo cleaned"}, .cleanup = true});
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result->out, "cleaned\n");
}

TEST_F(SystemRunnerTest, AMissingToolIsNamedWithThePath) {
  EXPECT_THAT(Run({.argv = {"no-such-tool"}, .env = {{"PATH", "/here:/there"}}}),
              FailsWith(ErrorKind::kToolMissing, AllOf(HasSubstr("no-such-tool"), HasSubstr("PATH=/here:/there"))));
  EXPECT_THAT(Run({.argv = {"/no/such/tool"}}), FailsWith(ErrorKind::kToolMissing, HasSubstr("/no/such/tool")));
}

TEST_F(SystemRunnerTest, AFileThatCannotBeExecutedIsAnInfraError) {
  TempDir folder;
  const auto file = folder.Write("broken",
                                 "\x7f"
                                 "ELF is not this");
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  EXPECT_THAT(Run({.argv = {file.string()}}), FailsWith(ErrorKind::kInfra, HasSubstr("could not be started")));
}

// What this process has open: number and target of each descriptor, without the one that looks.
std::vector<std::string> OpenDescriptors() {
  std::vector<std::string> open;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
    if (!gone && !target.ends_with("/fd")) open.push_back(entry.path().filename().string() + " " + target);
  }
  return open;
}

TEST_F(SystemRunnerTest, AThousandCommandsThatEndInEveryWayLeaveNothingOpenAndNoChild) {
  TempDir folder;
  const auto no_program = folder.Write("no-program", "\x7f ELF is not this");
  std::filesystem::permissions(no_program, std::filesystem::perms::owner_all);
  Interrupt interrupted;
  interrupted.Request();
  SystemRunner late(clock_, interrupted, {.kill_grace = Duration(300), .drain = Duration(200)});
  SystemRunner hasty(clock_, interrupt_, {.kill_grace = Duration(300), .drain = Duration(0)});
  const Deadline soon = Deadline::In(clock_, std::chrono::minutes(9));
  const std::vector<std::string> before = OpenDescriptors();
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(runner_.Run({.argv = {"true"}}, soon)->ok());
    EXPECT_FALSE(runner_.Run({.argv = {"false"}}, soon)->ok());
    EXPECT_EQ(runner_.Run({.argv = {"cat"}, .stdin_text = "x"}, soon)->out, "x");
    EXPECT_EQ(runner_.Run({.argv = {"/bin/sh", "-c", "kill -9 $$"}}, soon)->exit,
              decltype(CommandResult::exit)(Signaled{9}));
    EXPECT_EQ(runner_.Run({.argv = {"sleep", "60"}}, Deadline(clock_.Now()))->exit,
              decltype(CommandResult::exit)(TimedOut{}));
    // The one in the background holds both pipes.
    EXPECT_TRUE(hasty.Run({.argv = {"/bin/sh", "-c", "sleep 60 &"}}, soon)->ok());
    EXPECT_THAT(runner_.Run({.argv = {"no-such-tool"}}, soon), FailsWith(ErrorKind::kToolMissing, testing::_));
    EXPECT_THAT(runner_.Run({.argv = {no_program.string()}}, soon), FailsWith(ErrorKind::kInfra, testing::_));
    EXPECT_THAT(runner_.Run({.argv = {"true"}, .cwd = "/no/such"}, soon), FailsWith(ErrorKind::kInfra, testing::_));
    EXPECT_TRUE(late.Run({.argv = {"true"}, .cleanup = true}, soon)->ok());
  }
  EXPECT_THAT(OpenDescriptors(), testing::ElementsAreArray(before));
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child that nobody reaped";
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace e2e
