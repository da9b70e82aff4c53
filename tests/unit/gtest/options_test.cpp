#include "gtest/options.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <map>

namespace e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// The environment of each test holds only the variables that it sets.
class OptionsTest : public testing::Test {
 protected:
  OptionsTest() {
    for (const char* name : {"E2E_FILTER",
                             "E2E_DOCKER",
                             "E2E_KIND",
                             "E2E_HELM",
                             "DOCKER_HOST",
                             "E2E_KEEP",
                             "E2E_LANES",
                             "E2E_SERVER",
                             "E2E_SERVER_IMAGE",
                             "E2E_STANDIN",
                             "E2E_STANDIN_IMAGE",
                             "E2E_NODE_IMAGE",
                             "E2E_KUBERNETES_VERSION",
                             "E2E_CLUSTER_CONFIG",
                             "E2E_ONLY",
                             "E2E_TAGS",
                             "E2E_REUSE",
                             "E2E_RERUN_FAILED",
                             "E2E_RETRIES",
                             "E2E_REPEAT",
                             "XDG_CACHE_HOME",
                             "HOME"}) {
      const char* value = getenv(name);
      before_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      unsetenv(name);
    }
  }
  ~OptionsTest() override {
    for (const auto& [name, value] : before_) value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
  }

  std::variant<CommandLine, EarlyExit> Parse(std::vector<std::string> args) {
    args.insert(args.begin(), "stalwart-e2e");
    std::vector<char*> argv;
    for (std::string& arg : args) argv.push_back(arg.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    auto parsed = ParseCommandLine(static_cast<int>(argv.size()), argv.data());
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return parsed;
  }
  CommandLine Good(const std::vector<std::string>& args) {
    const auto parsed = Parse(args);
    if (const auto* line = std::get_if<CommandLine>(&parsed)) return *line;
    ADD_FAILURE() << err_;
    return {};
  }
  int ExitOf(const std::vector<std::string>& args) {
    const auto parsed = Parse(args);
    const auto* early = std::get_if<EarlyExit>(&parsed);
    return early == nullptr ? -1 : early->code;
  }

  const std::vector<std::string> kRun = {"run", "--server-image", "mail:1", "--node-image", "node:1"};
  std::vector<std::string> Run(const std::vector<std::string>& more) const {
    std::vector<std::string> args = kRun;
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }

  std::string out_, err_;
  std::map<std::string, std::optional<std::string>> before_;
};

TEST_F(OptionsTest, Defaults) {
  setenv("HOME", "/home/u", 1);
  const CommandLine line = Good(kRun);
  EXPECT_EQ(line.action, Action::kRun);
  EXPECT_EQ(line.options.scenarios, "scenarios");
  EXPECT_EQ(line.options.chart, "chart");
  EXPECT_EQ(line.options.artifacts, "artifacts");
  EXPECT_EQ(line.options.cache, "/home/u/.cache/stalwart-e2e");
  EXPECT_EQ(line.options.filter, "*");
  EXPECT_EQ(line.options.keep, Keep::kNever);
  EXPECT_EQ(line.options.lanes, 3);
  EXPECT_EQ(line.options.retries, 0);
  EXPECT_EQ(line.options.repeat, 1);
  EXPECT_FALSE(line.options.until_fail);
  EXPECT_EQ(line.options.tools.docker, "docker");
  EXPECT_EQ(line.options.tools.kind, "kind");
  EXPECT_EQ(line.options.tools.helm, "helm");
  EXPECT_EQ(line.options.tools.docker_host, "");
  EXPECT_EQ(line.options.server, "reference");
  EXPECT_EQ(line.options.server_image, "mail:1");
  EXPECT_EQ(line.options.standin, "");
  EXPECT_EQ(line.options.standin_image, "");
  EXPECT_EQ(line.options.node_image, "node:1");
  EXPECT_EQ(line.options.cluster_config, "kind-config/cluster.yaml");
}

TEST_F(OptionsTest, Subcommands) {
  EXPECT_EQ(Good({"lint"}).action, Action::kLint);
  EXPECT_EQ(Good({"list", "--filter", "smoke/*"}).options.filter, "smoke/*");
  EXPECT_EQ(Good({"list"}).action, Action::kList);
  EXPECT_EQ(Good({"reap"}).action, Action::kReap);
  EXPECT_EQ(Good({"schema"}).action, Action::kSchema);
  EXPECT_EQ(Good({"doctor"}).action, Action::kDoctor);
  EXPECT_EQ(Good({"up", "--server-image", "mail:1", "--node-image", "node:1"}).action, Action::kUp);
  EXPECT_EQ(Good({"down"}).action, Action::kDown);
  EXPECT_THAT(Good({"down", "a", "b"}).clusters, ElementsAre("a", "b"));
}

TEST_F(OptionsTest, Selection) {
  const CommandLine line = Good(Run({"--only", "a/b,c/d", "--only", "e/f", "--tags", "x,!y", "--reuse"}));
  EXPECT_THAT(line.options.only, ElementsAre("a/b", "c/d", "e/f"));
  EXPECT_THAT(line.options.tags, ElementsAre("x", "!y"));
  EXPECT_TRUE(line.options.reuse);
  EXPECT_FALSE(line.rerun_failed);
  EXPECT_TRUE(Good(Run({"--rerun-failed"})).rerun_failed);
  EXPECT_EQ(ExitOf(Run({"--rerun-failed", "--only", "a/b"})), 2);
}

TEST_F(OptionsTest, EmptyAndZeroVariablesAsMakeHandsThemOver) {
  for (const char* name : {"E2E_ONLY", "E2E_TAGS", "E2E_REUSE", "E2E_RERUN_FAILED"}) setenv(name, "", 1);
  CommandLine line = Good(kRun);
  EXPECT_THAT(line.options.only, testing::IsEmpty());
  EXPECT_THAT(line.options.tags, testing::IsEmpty());
  EXPECT_FALSE(line.options.reuse);
  setenv("E2E_REUSE", "1", 1);
  setenv("E2E_RERUN_FAILED", "0", 1);
  setenv("E2E_TAGS", "a,!b", 1);
  line = Good(kRun);
  EXPECT_TRUE(line.options.reuse);
  EXPECT_FALSE(line.rerun_failed);
  EXPECT_THAT(line.options.tags, ElementsAre("a", "!b"));
}

TEST_F(OptionsTest, TakesVariablesOfTheEnvironment) {
  for (const auto& [name, value] : std::map<std::string, std::string>{{"E2E_FILTER", "a/*"},
                                                                      {"E2E_DOCKER", "/d"},
                                                                      {"E2E_KIND", "/k"},
                                                                      {"E2E_HELM", "/h"},
                                                                      {"DOCKER_HOST", "unix:///s"},
                                                                      {"E2E_KEEP", "failed"},
                                                                      {"E2E_LANES", "2"},
                                                                      {"E2E_RETRIES", "4"},
                                                                      {"E2E_REPEAT", "5"},
                                                                      {"E2E_SERVER", "stalwart-0.15"},
                                                                      {"E2E_SERVER_IMAGE", "m:2"},
                                                                      {"E2E_STANDIN", "fake-0.16"},
                                                                      {"E2E_STANDIN_IMAGE", "f:2"},
                                                                      {"E2E_NODE_IMAGE", "n:2"},
                                                                      {"E2E_KUBERNETES_VERSION", "v1"},
                                                                      {"E2E_CLUSTER_CONFIG", "c.yaml"},
                                                                      {"XDG_CACHE_HOME", "/x"}}) {
    setenv(name.c_str(), value.c_str(), 1);
  }
  const RunOptions options = Good({"run"}).options;
  EXPECT_EQ(options.filter, "a/*");
  EXPECT_EQ(options.tools.docker, "/d");
  EXPECT_EQ(options.tools.kind, "/k");
  EXPECT_EQ(options.tools.helm, "/h");
  EXPECT_EQ(options.tools.docker_host, "unix:///s");
  EXPECT_EQ(options.keep, Keep::kFailed);
  EXPECT_EQ(options.lanes, 2);
  EXPECT_EQ(options.retries, 4);
  EXPECT_EQ(options.repeat, 5);
  EXPECT_EQ(options.server, "stalwart-0.15");
  EXPECT_EQ(options.server_image, "m:2");
  EXPECT_EQ(options.standin, "fake-0.16");
  EXPECT_EQ(options.standin_image, "f:2");
  EXPECT_EQ(options.node_image, "n:2");
  EXPECT_EQ(options.kubernetes_version, "v1");
  EXPECT_EQ(options.cluster_config, "c.yaml");
  EXPECT_EQ(options.cache, "/x/stalwart-e2e");
}

TEST_F(OptionsTest, AFlagStandsAboveTheEnvironment) {
  setenv("E2E_LANES", "2", 1);
  setenv("E2E_SERVER", "reference", 1);
  setenv("E2E_FILTER", "b/*", 1);
  EXPECT_EQ(Good(Run({"--filter", "a/*"})).options.filter, "a/*") << "other commands have this variable, too";
  const RunOptions options = Good(Run({"--lanes", "5", "--server", "stalwart-0.15", "--keep", "always"})).options;
  EXPECT_EQ(options.lanes, 5);
  EXPECT_EQ(options.server, "stalwart-0.15");
  EXPECT_EQ(options.keep, Keep::kAlways);
}

TEST_F(OptionsTest, UntilFailIsBounded) {
  EXPECT_EQ(Good(Run({"--until-fail"})).options.repeat, 100);
  EXPECT_EQ(Good(Run({"--until-fail", "--repeat", "7"})).options.repeat, 7);
  EXPECT_TRUE(Good(Run({"--until-fail"})).options.until_fail);
  setenv("E2E_REPEAT", "", 1);  // as make hands on a setting that was not made
  EXPECT_EQ(Good(Run({"--until-fail"})).options.repeat, 100);
  setenv("E2E_REPEAT", "8", 1);
  EXPECT_EQ(Good(Run({"--until-fail"})).options.repeat, 8);
  EXPECT_EQ(ExitOf(Run({"--repeat", "0"})), 2);
  EXPECT_EQ(ExitOf(Run({"--retries", "-1"})), 2);
}

TEST_F(OptionsTest, MistakesEndWithTwoAndNameThemselves) {
  EXPECT_EQ(ExitOf(Run({"--lane", "3"})), 2);
  EXPECT_THAT(err_, HasSubstr("--lane"));
  EXPECT_EQ(ExitOf(Run({"--lanes", "0"})), 2);
  EXPECT_THAT(err_, HasSubstr("--lanes"));
  EXPECT_EQ(ExitOf(Run({"--keep", "sometimes"})), 2);
  EXPECT_THAT(err_, HasSubstr("--keep"));
  EXPECT_EQ(ExitOf({"run"}), 2);
  EXPECT_THAT(err_, HasSubstr("--server-image"));
  EXPECT_EQ(ExitOf({}), 2);
  EXPECT_EQ(ExitOf({"walk"}), 2);
  EXPECT_EQ(out_, "");
}

TEST_F(OptionsTest, HelpAndVersionEndWithZero) {
  EXPECT_EQ(ExitOf({"--help"}), 0);
  EXPECT_THAT(out_, AllOf(HasSubstr("Examples:"), HasSubstr("stalwart-e2e run --filter 'persistence/*'"),
                          HasSubstr("Exit codes: 0 pass, 1 fail, 2")));
  EXPECT_EQ(err_, "");
  EXPECT_EQ(ExitOf({"run", "--help"}), 0);
  EXPECT_THAT(out_, AllOf(HasSubstr("--keep"), HasSubstr("E2E_SERVER_IMAGE")));
  for (const CommandText& text : kCommands) {
    EXPECT_EQ(ExitOf({text.name, "--help"}), 0);
    EXPECT_THAT(
        out_, AllOf(testing::StartsWith(text.help), HasSubstr("Examples:\n  stalwart-e2e " + std::string(text.name))));
  }
  EXPECT_EQ(ExitOf({"--version"}), 0);
  EXPECT_THAT(out_, testing::StartsWith("0."));
}

}  // namespace
}  // namespace e2e
