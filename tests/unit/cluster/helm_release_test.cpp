#include "cluster/helm_release.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kRelease =
    R"({"name":"stalwart","version":2,"info":{"status":"deployed","description":"Upgrade complete"},
  "chart":{"metadata":{"name":"stalwart","version":"0.1.0"}}})";

class HelmReleaseTest : public testing::Test {
 protected:
  FakeCommandRunner runner_;
  HelmRelease helm_{runner_,
                    {.tools = {.helm = "/helm"},
                     .kubeconfig = "/run/kubeconfig",
                     .run_dir = "/run",
                     .ns = "mail",
                     .name = "stalwart"}};
  Deadline deadline_{TimePoint() + std::chrono::seconds(60)};
};

TEST_F(HelmReleaseTest, InstallsWithValuesInOrderAndNeverWaits) {
  runner_.Expect(
      "/helm install --create-namespace stalwart chart --output json --values a.yaml --values b.yaml "
      "--namespace mail",
      FakeCommandRunner::Success(kRelease));
  const auto revision = helm_.Install("chart", {"a.yaml", "b.yaml"}, deadline_);
  ASSERT_THAT(revision, Succeeds());
  EXPECT_EQ(revision->revision, 2);
  EXPECT_EQ(revision->status, "deployed");
  EXPECT_EQ(revision->chart, "stalwart-0.1.0");
  EXPECT_THAT(runner_.ran[0].argv, Not(Contains("--wait")));
}

TEST_F(HelmReleaseTest, APostRendererGetsItsArgumentsAndTheVerb) {
  HelmRelease helm(runner_, {.tools = {.helm = "/helm"},
                             .kubeconfig = "/run/kubeconfig",
                             .run_dir = "/run",
                             .ns = "mail",
                             .name = "stalwart",
                             .post_renderer = {"/program", "post-render", "m.yaml"}});
  const std::string renderer =
      "--post-renderer /program --post-renderer-args post-render --post-renderer-args m.yaml --post-renderer-args ";
  const char* version = "/helm version --template {{.Version}} --namespace mail";
  runner_.Expect(version, FakeCommandRunner::Success("v3.22.0\n"));
  runner_.Expect("/helm install --create-namespace stalwart chart --output json --values a.yaml " + renderer +
                     "install --namespace mail",
                 FakeCommandRunner::Success(kRelease));
  EXPECT_THAT(helm.Install("chart", {"a.yaml"}, deadline_), Succeeds());
  runner_.Expect(version, FakeCommandRunner::Success("v3.22.0\n"));
  runner_.Expect("/helm upgrade --reset-values stalwart chart --output json " + renderer + "upgrade --namespace mail",
                 FakeCommandRunner::Success(kRelease));
  EXPECT_THAT(helm.Upgrade("chart", {}, deadline_), Succeeds());
}

TEST_F(HelmReleaseTest, Helm4GetsItsPostRendererAsAPlugin) {
  const TempDir folder;
  HelmRelease helm(runner_, {.tools = {.helm = "/helm"},
                             .kubeconfig = "/run/kubeconfig",
                             .run_dir = folder.path(),
                             .ns = "mail",
                             .name = "stalwart",
                             .post_renderer = {"/program", "post-render", "m.yaml"}});
  runner_.Expect("/helm version *", FakeCommandRunner::Success("v4.3.1\n"));
  runner_.Expect(
      "/helm install * --post-renderer stalwart-e2e-post-renderer --post-renderer-args post-render "
      "--post-renderer-args m.yaml --post-renderer-args install --namespace mail",
      FakeCommandRunner::Success(kRelease));
  EXPECT_THAT(helm.Install("chart", {}, deadline_), Succeeds());
  const std::filesystem::path plugins = runner_.ran[1].env.at("HELM_PLUGINS");
  std::ifstream in(plugins / "stalwart-e2e-post-renderer" / "plugin.yaml");
  const json plugin = json::parse(in);
  EXPECT_EQ(plugin.at("type"), "postrenderer/v1");
  EXPECT_EQ(plugin.at("runtimeConfig").at("platformCommand").at(0).at("command"), "/program");
}

TEST_F(HelmReleaseTest, AFolderThatCanNotBeMadeIsTold) {
  HelmRelease helm(runner_, {.tools = {.helm = "/helm"},
                             .run_dir = "/dev/null/x",
                             .ns = "mail",
                             .name = "stalwart",
                             .post_renderer = {"/program"}});
  runner_.Expect("/helm version *", FakeCommandRunner::Success("v4.3.1\n"));
  EXPECT_THAT(helm.Install("chart", {}, deadline_), FailsWith(ErrorKind::kInfra, HasSubstr("plugin.yaml")));
}

TEST_F(HelmReleaseTest, StaysOutOfTheUsersHome) {
  runner_.Expect("*", FakeCommandRunner::Success(kRelease));
  EXPECT_THAT(helm_.GetStatus(deadline_), Succeeds());
  const auto& env = runner_.ran[0].env;
  EXPECT_EQ(env.at("KUBECONFIG"), "/run/kubeconfig");
  for (const char* name : {"HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "KUBECACHEDIR"}) {
    EXPECT_THAT(env.at(name), StartsWith("/run/helm/"));
  }
}

TEST_F(HelmReleaseTest, AnUpgradeForgetsFormerValues) {
  runner_.Expect("/helm upgrade --reset-values stalwart chart --output json --namespace mail",
                 FakeCommandRunner::Success(kRelease));
  EXPECT_THAT(helm_.Upgrade("chart", {}, deadline_), Succeeds());
}

TEST_F(HelmReleaseTest, AnUpgradeMayStartFromFormerValues) {
  runner_.Expect("/helm upgrade --reuse-values stalwart chart --output json --values a.yaml --namespace mail",
                 FakeCommandRunner::Success(kRelease));
  EXPECT_THAT(helm_.Upgrade("chart", {"a.yaml"}, deadline_, FormerValues::kReuse), Succeeds());
}

TEST_F(HelmReleaseTest, TestsThatFailAreAResult) {
  CommandResult failed = FakeCommandRunner::Failure(1, "Error: pod b failed\n");
  failed.out = "NAME: x\nTEST SUITE:     a\nPhase:          Succeeded\nTEST SUITE:     b\nPhase:          Failed\n";
  runner_.Expect("/helm test stalwart --namespace mail", failed);
  const auto run = helm_.Test(deadline_);
  ASSERT_THAT(run, Succeeds());
  EXPECT_FALSE(run->passed);
  EXPECT_EQ(run->words, "Error: pod b failed");
  ASSERT_EQ(run->tests.size(), 2u);
  EXPECT_EQ(run->tests[1].name, "b");
  EXPECT_EQ(run->tests[1].phase, "Failed");
}

TEST_F(HelmReleaseTest, TestsThatCouldNotBeRunAreAnError) {
  runner_.Expect("*", FakeCommandRunner::Failure(1, "Error: release: not found"));
  EXPECT_THAT(helm_.Test(deadline_), FailsWith(ErrorKind::kCommandFailed, AllOf(HasSubstr("helm test stalwart"),
                                                                                HasSubstr("release: not found"))));
  runner_.Expect("*", CommandResult{TimedOut{}, "", "", Duration(1)});
  EXPECT_THAT(helm_.Test(deadline_), FailsWith(ErrorKind::kCommandFailed, HasSubstr("deadline")));
}

TEST_F(HelmReleaseTest, RendersUnderAnotherName) {
  runner_.Expect("/helm template other chart --values a.yaml --namespace mail",
                 FakeCommandRunner::Success("kind: Pod"));
  const auto text = helm_.Template("other", "chart", {"a.yaml"}, deadline_);
  ASSERT_THAT(text, Succeeds());
  EXPECT_EQ(*text, "kind: Pod");
  runner_.Expect("*", FakeCommandRunner::Failure(1, "Error: nil pointer"));
  EXPECT_THAT(helm_.Template("other", "chart", {}, deadline_),
              FailsWith(ErrorKind::kExpectation, HasSubstr("nil pointer")));
}

TEST_F(HelmReleaseTest, ARefusalIsTheProductsAndCarriesHelmsWords) {
  runner_.Expect("*", FakeCommandRunner::Failure(1, "Error: INSTALLATION FAILED: values don't meet the schema"));
  EXPECT_THAT(helm_.Install("chart", {}, deadline_),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("helm refused: INSTALLATION FAILED: values don't meet the schema"),
                              HasSubstr("installing release stalwart"), HasSubstr("don't meet the schema"),
                              HasSubstr("KUBECONFIG=/run/kubeconfig"))));
}

TEST_F(HelmReleaseTest, WhatSaysNothingAboutTheChartIsNoRefusal) {
  runner_.Expect("*", FakeCommandRunner::Failure(1, "Error: UPGRADE FAILED: Kubernetes cluster unreachable: Get …"));
  EXPECT_THAT(helm_.Upgrade("chart", {}, deadline_),
              FailsWith(ErrorKind::kCommandFailed,
                        AllOf(HasSubstr("upgrading release stalwart"), HasSubstr("cluster unreachable"))));
  runner_.Expect("*", CommandResult{Signaled{9}, "", "", Duration(1)});
  EXPECT_THAT(helm_.Install("chart", {}, deadline_),
              FailsWith(ErrorKind::kCommandFailed, HasSubstr("helm killed by signal 9")));
  runner_.Expect("*", CommandResult{TimedOut{}, "", "", Duration(1)});
  EXPECT_THAT(helm_.Install("chart", {}, deadline_), FailsWith(ErrorKind::kTimeout, HasSubstr("installing release")));
}

TEST_F(HelmReleaseTest, UninstallingWhatIsNotThereIsASuccess) {
  runner_.Expect("/helm uninstall stalwart --namespace mail",
                 FakeCommandRunner::Failure(1, "Error: uninstall: Release not loaded: stalwart: release: not found"));
  EXPECT_THAT(helm_.Uninstall(deadline_), Succeeds());
  runner_.Expect("/helm uninstall *", FakeCommandRunner::Failure(1, "Error: Kubernetes cluster unreachable"));
  EXPECT_THAT(helm_.Uninstall(deadline_), FailsWith(ErrorKind::kCommandFailed, HasSubstr("unreachable")));
}

TEST_F(HelmReleaseTest, ReadsTheHistory) {
  runner_.Expect("/helm history stalwart --output json --namespace mail",
                 FakeCommandRunner::Success(R"([{"revision":1,"status":"superseded","chart":"stalwart-0.1.0",
                   "description":"Install complete"},{"revision":2,"status":"failed","chart":"stalwart-0.2.0"}])"));
  const auto history = helm_.History(deadline_);
  ASSERT_THAT(history, Succeeds());
  ASSERT_EQ(history->size(), 2u);
  EXPECT_EQ((*history)[0].description, "Install complete");
  EXPECT_EQ((*history)[1].status, "failed");
}

TEST_F(HelmReleaseTest, OutputThatIsNotJsonIsAnError) {
  runner_.Expect("*", FakeCommandRunner::Success("WARNING: something"));
  EXPECT_THAT(helm_.GetStatus(deadline_), FailsWith(ErrorKind::kInternal, HasSubstr("WARNING: something")));
}

}  // namespace
}  // namespace e2e
