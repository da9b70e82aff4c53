#include "gtest/options.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <map>

#include "run/verdict.h"

namespace e2e {
namespace {

constexpr const char* kExamples = R"(Examples:
  stalwart-e2e lint                                 check every scenario, start nothing
  stalwart-e2e list                                 show what there is to run
  stalwart-e2e schema                               print the JSON Schema of scenario files
  stalwart-e2e run --filter 'persistence/*'         one suite
  stalwart-e2e run --filter smoke/ports --keep failed
  stalwart-e2e reap                                 remove what killed runs left, and what was kept

A run needs an engine, kind, helm, a node image and the server's image; `make e2e` finds or makes them and
hands them over in E2E_* variables. GoogleTest's own flags (--gtest_filter, --gtest_repeat …) work with run.

Exit codes: 0 pass, 1 fail, 2 wrong usage or scenario, 3 infrastructure, 4 inconclusive, 5 only skips,
130 interrupted.)";

std::filesystem::path DefaultCache() {
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  if (xdg != nullptr && *xdg != '\0') return std::filesystem::path(xdg) / "stalwart-e2e";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : "/tmp") / ".cache" / "stalwart-e2e";
}

void AddScenarioFlags(CLI::App& app, RunOptions& options) {
  app.add_option("--scenarios", options.scenarios, "folder of scenarios")->capture_default_str();
  app.add_option("--filter", options.filter, "pattern over suite/name")->envname("E2E_FILTER")->capture_default_str();
}

void AddToolFlags(CLI::App& app, RunOptions& options) {
  app.add_option("--docker", options.tools.docker, "the docker program")->envname("E2E_DOCKER")->default_str("docker");
  app.add_option("--kind", options.tools.kind, "the kind program")->envname("E2E_KIND")->default_str("kind");
  app.add_option("--helm", options.tools.helm, "the helm program")->envname("E2E_HELM")->default_str("helm");
  app.add_option("--docker-host", options.tools.docker_host, "the engine's address")->envname("DOCKER_HOST");
}

void AddRunFlags(CLI::App& app, RunOptions& options) {
  const std::map<std::string, Keep> keeps{
      {"never", Keep::kNever}, {"failed", Keep::kFailed}, {"always", Keep::kAlways}};
  app.add_option("--chart", options.chart, "the chart under test")->capture_default_str();
  app.add_option("--artifacts", options.artifacts, "folder for the runs' results")->capture_default_str();
  app.add_option("--keep", options.keep, "what stays after the run: never, failed, always")
      ->envname("E2E_KEEP")
      ->transform(CLI::CheckedTransformer(keeps, CLI::ignore_case))
      ->default_str("never");
  app.add_option("--lanes", options.lanes, "scenarios at the same time")
      ->envname("E2E_LANES")
      ->check(CLI::Range(1, 9))
      ->capture_default_str();
  app.add_option("--server", options.server, "profile of the server under test")
      ->envname("E2E_SERVER")
      ->capture_default_str();
  app.add_option("--server-image", options.server_image, "its image, which the engine has")
      ->envname("E2E_SERVER_IMAGE")
      ->required();
  app.add_option("--standin", options.standin,
                 "profile of the server for the other layout; none: such scenarios are skipped")
      ->envname("E2E_STANDIN");
  app.add_option("--standin-image", options.standin_image, "its image, which the engine has")
      ->envname("E2E_STANDIN_IMAGE");
  app.add_option("--node-image", options.node_image, "kind's node image")->envname("E2E_NODE_IMAGE")->required();
  app.add_option("--kubernetes-version", options.kubernetes_version, "its version, as shown")
      ->envname("E2E_KUBERNETES_VERSION");
  app.add_option("--cluster-config", options.cluster_config, "kind config to start from")
      ->envname("E2E_CLUSTER_CONFIG")
      ->capture_default_str();
}

}  // namespace

std::variant<CommandLine, EarlyExit> ParseCommandLine(int argc, char** argv) {
  CommandLine line;
  RunOptions& options = line.options;
  options.cache = DefaultCache();
  options.tools = {.docker = "docker", .kind = "kind", .helm = "helm"};
  CLI::App app("End-to-end tests of the Stalwart chart on a real kind cluster", "stalwart-e2e");
  app.footer(kExamples);
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(E2E_VERSION));
  CLI::App* run = app.add_subcommand("run", "bring up a cluster and run the scenarios on it");
  CLI::App* lint = app.add_subcommand("lint", "check every scenario and start nothing");
  CLI::App* list = app.add_subcommand("list", "show the scenarios and their titles");
  CLI::App* schema = app.add_subcommand("schema", "print the JSON Schema of a scenario's file");
  CLI::App* reap = app.add_subcommand("reap", "remove the clusters that killed runs left, and those that were kept");
  for (CLI::App* command : {run, lint, list}) AddScenarioFlags(*command, options);
  for (CLI::App* command : {run, reap}) AddToolFlags(*command, options);
  AddRunFlags(*run, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const int code = app.exit(problem);
    return EarlyExit{code == 0 ? 0 : kExitUsage};
  }
  line.action = *lint     ? Action::kLint
                : *list   ? Action::kList
                : *schema ? Action::kSchema
                : *reap   ? Action::kReap
                          : Action::kRun;
  return line;
}

}  // namespace e2e
