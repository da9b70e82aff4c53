#include "process/command.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const Deadline kSoon(TimePoint() + Duration(1000));

TEST(CommandPretty, QuotesWordsAndShowsTheAddedEnvironment) {
  const Command command{.argv = {"helm", "install", "a b", "it's"}, .env = {{"KUBECONFIG", "/run dir/kubeconfig"}}};
  EXPECT_EQ(command.Pretty(), "KUBECONFIG='/run dir/kubeconfig' helm install 'a b' 'it'\\''s'");
}

TEST(CommandPretty, ShowsFolderInputAndWhatIsUnset) {
  const Command command{.argv = {"cat"}, .unset_env = {"HOME"}, .cwd = "/tmp", .stdin_text = "x y"};
  EXPECT_EQ(command.Pretty(), "printf %s 'x y' | (cd /tmp && env -u HOME cat)");
}

TEST(CommandPretty, RedactsSecretsBeforeQuoting) {
  const Command command{.argv = {"helm", "password=it's"}, .secrets = {"it's"}};
  EXPECT_EQ(command.Pretty(), "helm 'password=***'");
}

TEST(CommandResult, OnlyStatusZeroIsOk) {
  EXPECT_TRUE((CommandResult{Exited{0}, "", "", Duration(0)}).ok());
  EXPECT_FALSE((CommandResult{Exited{9}, "", "", Duration(0)}).ok());
  EXPECT_FALSE((CommandResult{Signaled{9}, "", "", Duration(0)}).ok());
  EXPECT_FALSE((CommandResult{TimedOut{}, "", "", Duration(0)}).ok());
}

TEST(RunChecked, GivesStdoutOfASuccess) {
  FakeCommandRunner runner;
  runner.Expect("kind version", FakeCommandRunner::Success("v0.33.0\n"));
  const auto out = RunChecked(runner, {.argv = {"kind", "version"}}, kSoon);
  ASSERT_THAT(out, Succeeds());
  EXPECT_EQ(*out, "v0.33.0\n");
}

TEST(RunChecked, AFailureNamesTheCommandAndTheTailOfStderr) {
  FakeCommandRunner runner;
  runner.Expect("*", FakeCommandRunner::Failure(2, "noise\nno such secret123\n"));
  EXPECT_THAT(RunChecked(runner, {.argv = {"/opt/helm", "get", "secret123"}, .secrets = {"secret123"}}, kSoon),
              FailsWith(ErrorKind::kCommandFailed,
                        AllOf(HasSubstr("helm exited with 2"), HasSubstr("command: /opt/helm get '***'"),
                              HasSubstr("no such ***"), Not(HasSubstr("secret123")))));
}

TEST(RunChecked, TellsTimeoutInterruptAndSignalApart) {
  FakeCommandRunner runner;
  runner.Expect("a", CommandResult{TimedOut{}, "", "", Duration(5000)});
  runner.Expect("b", CommandResult{Interrupted{}, "", "", Duration(1)});
  runner.Expect("c", CommandResult{Signaled{9}, "", "", Duration(1)});
  EXPECT_THAT(RunChecked(runner, {.argv = {"a"}}, kSoon), FailsWith(ErrorKind::kTimeout, HasSubstr("after 5.0s")));
  EXPECT_THAT(RunChecked(runner, {.argv = {"b"}}, kSoon),
              FailsWith(ErrorKind::kInterrupted, HasSubstr("b interrupted")));
  EXPECT_THAT(RunChecked(runner, {.argv = {"c"}}, kSoon), FailsWith(ErrorKind::kCommandFailed, HasSubstr("Killed")));
}

}  // namespace
}  // namespace e2e
