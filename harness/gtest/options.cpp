#include "gtest/options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "run/verdict.h"

namespace e2e {
namespace {

constexpr int kUntilFailRounds = 100;

std::filesystem::path DefaultCache() {
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  if (xdg != nullptr && *xdg != '\0') return std::filesystem::path(xdg) / "stalwart-e2e";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : "/tmp") / ".cache" / "stalwart-e2e";
}

void AddScenarioFlags(CLI::App& app, RunOptions& options) {
  app.add_option("--scenarios", options.scenarios, "folder of scenarios")->capture_default_str();
  app.add_option("--filter", options.filter, "pattern over suite/name")->envname("E2E_FILTER")->capture_default_str();
  app.add_option("--only", options.only, "exact ids, suite/name, one or several with commas")
      ->envname("E2E_ONLY")
      ->delimiter(',');
  app.add_option("--tags", options.tags, "scenarios with one of these tags, and with none behind a !: smoke,!slow")
      ->envname("E2E_TAGS")
      ->delimiter(',');
}

void AddArtifactsFlag(CLI::App& app, RunOptions& options) {
  app.add_option("--artifacts", options.artifacts, "folder for the runs' results")->capture_default_str();
}

void AddShardFlags(CLI::App& app, CommandLine& line) {
  const auto take = [&line](const std::string& text) {
    const auto shard = ShardOf(text);
    if (!shard) throw CLI::ValidationError("--shard", shard.error().message());
    line.shard = *shard;
  };
  app.add_option_function<std::string>("--shard", take, "one part of the selection, for one of several machines: 2/3")
      ->envname("E2E_SHARD");
  app.add_option("--durations", line.durations, "folder of the run by whose durations --shard splits; none: by number")
      ->envname("E2E_DURATIONS");
}

void AddRerunFlag(CLI::App& app, CommandLine& line) {
  AddArtifactsFlag(app, line.options);
  app.add_flag("--rerun-failed", line.rerun_failed, "only what failed in the latest run below --artifacts")
      ->envname("E2E_RERUN_FAILED")
      ->excludes("--only");
}

void AddToolFlags(CLI::App& app, RunOptions& options) {
  app.add_option("--docker", options.tools.docker, "the docker program")->envname("E2E_DOCKER")->default_str("docker");
  app.add_option("--kind", options.tools.kind, "the kind program")->envname("E2E_KIND")->default_str("kind");
  app.add_option("--helm", options.tools.helm, "the helm program")->envname("E2E_HELM")->default_str("helm");
  app.add_option("--docker-host", options.tools.docker_host, "the engine's address")->envname("DOCKER_HOST");
}

void AddRepeatFlags(CLI::App& app, RunOptions& options) {
  app.add_option("--retries", options.retries, "more attempts for a scenario that fails; a pass then is FLAKY")
      ->envname("E2E_RETRIES")
      ->check(CLI::Range(0, 9))
      ->capture_default_str();
  app.add_option("--repeat", options.repeat, "rounds of all selected scenarios, on one cluster")
      ->envname("E2E_REPEAT")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_flag("--until-fail", options.until_fail, "rounds until a scenario does not pass, at most --repeat or 100");
}

void AddVerbosityFlags(CLI::App& app, RunOptions& options) {
  const auto chooses = [&options](Verbosity verbosity) {
    return [&options, verbosity] { options.verbosity = verbosity; };
  };
  CLI::Option* quiet = app.add_flag_callback("--quiet", chooses(Verbosity::kQuiet),
                                             "only warnings, failures, the first and the last line")
                           ->envname("E2E_QUIET");
  app.add_flag_callback("--verbose", chooses(Verbosity::kVerbose), "what otherwise only the log files have, too")
      ->envname("E2E_VERBOSE")
      ->excludes(quiet);
}

void AddRunFlags(CLI::App& app, RunOptions& options) {
  const std::map<std::string, Keep> keeps{
      {"never", Keep::kNever}, {"failed", Keep::kFailed}, {"always", Keep::kAlways}};
  app.add_option("--chart", options.chart, "the chart under test")->capture_default_str();
  app.add_option("--keep", options.keep, "what stays after the run: never, failed, always")
      ->envname("E2E_KEEP")
      ->transform(CLI::CheckedTransformer(keeps, CLI::ignore_case))
      ->default_str("never");
  app.add_flag("--reuse", options.reuse, "use a kept cluster when one fits, otherwise make one and keep it")
      ->envname("E2E_REUSE");
  AddVerbosityFlags(app, options);
  app.add_flag("--pause-on-failure", options.pause_on_failure,
               "on a terminal: wait for Enter after a failure, before it is cleaned away; one lane");
}

// What `up`, `run` and `doctor` have to know of the cluster.
void AddClusterFlags(CLI::App& app, RunOptions& options) {
  app.add_option("--lanes", options.lanes, "scenarios at the same time")
      ->envname("E2E_LANES")
      ->check(CLI::Range(1, 9))
      ->capture_default_str();
  app.add_option("--server", options.server, "profile of the server under test")
      ->envname("E2E_SERVER")
      ->capture_default_str();
  app.add_option("--server-image", options.server_image, "its image, which the engine has")
      ->envname("E2E_SERVER_IMAGE");
  app.add_option("--standin", options.standin,
                 "profile of the server for the other layout; none: such scenarios are skipped")
      ->envname("E2E_STANDIN");
  app.add_option("--standin-image", options.standin_image, "its image, which the engine has")
      ->envname("E2E_STANDIN_IMAGE");
  app.add_option("--node-image", options.node_image, "kind's node image")->envname("E2E_NODE_IMAGE");
  app.add_option("--kubernetes-version", options.kubernetes_version, "its version, as shown")
      ->envname("E2E_KUBERNETES_VERSION");
  app.add_option("--cluster-config", options.cluster_config, "kind config to start from")
      ->envname("E2E_CLUSTER_CONFIG")
      ->capture_default_str();
}

void AddProveFlags(CLI::App& app, RunOptions& options) {
  AddArtifactsFlag(app, options);
  app.add_option("--scenarios", options.scenarios, "folder of scenarios, with sabotage/ below it")
      ->capture_default_str();
  app.add_option("--only", options.only, "names of mutants, one or several with commas")
      ->envname("E2E_MUTANTS")
      ->delimiter(',');
}

void AddSurfaceFlags(CLI::App& app, CommandLine& line) {
  app.add_option("--scenarios", line.options.scenarios, "folder of scenarios, with sabotage/ below it")
      ->capture_default_str();
  app.add_option("--chart", line.options.chart, "the chart under test")->capture_default_str();
  app.add_option("--helm", line.options.tools.helm, "the helm program")->envname("E2E_HELM")->default_str("helm");
  app.add_flag("--all", line.all_items, "each item, with the mutants that break it");
}

void AddSoakFlags(CLI::App& app, CommandLine& line) {
  AddArtifactsFlag(app, line.options);
  app.add_option("--minutes", line.soak.minutes, "about how long")
      ->envname("E2E_MINUTES")
      ->check(CLI::Range(1, 24 * 60))
      ->capture_default_str();
  app.add_option("--seed", line.soak.seed, "which faults, in which order")->envname("E2E_SEED")->capture_default_str();
}

void AddCompareFlags(CLI::App& app, CommandLine& line) {
  app.add_option("before", line.charts.before, "the chart that is installed: folder, package or address")->required();
  app.add_option("after", line.charts.after, "the chart of the upgrade")->required();
  app.add_option("--values", line.charts.values_files, "a file of values for both; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--json", line.charts.json, "a file for the differences as JSON");
  app.add_option("--helm", line.options.tools.helm, "the helm program")->envname("E2E_HELM")->default_str("helm");
}

void AddQualifyFlags(CLI::App& app, CommandLine& line) {
  AddArtifactsFlag(app, line.options);
  app.add_option("--scenarios", line.options.scenarios, "folder of scenarios, with qualify/ below it")
      ->capture_default_str();
  app.add_option(
         "--from", line.from,
         "releases: versions in --releases, packages, folders, oci:// or https://…#chart; default: the last two")
      ->envname("E2E_FROM")
      ->delimiter(',');
  app.add_option("--releases", line.releases, "the project's own releases, a folder for each version")
      ->capture_default_str();
  app.add_option("--only", line.options.only, "names of lanes; what is left out makes the verdict INCONCLUSIVE")
      ->envname("E2E_ONLY")
      ->delimiter(',');
}

void AddFlags(CLI::App& app, CommandLine& line) {
  RunOptions& options = line.options;
  const auto is = [&line](std::initializer_list<Action> some) {
    return std::find(some.begin(), some.end(), line.action) != some.end();
  };
  if (is({Action::kRun, Action::kLint, Action::kList})) AddScenarioFlags(app, options);
  if (is({Action::kRun, Action::kList})) AddRerunFlag(app, line);
  if (is({Action::kRun, Action::kList})) AddShardFlags(app, line);
  if (is({Action::kList})) {
    app.add_flag("--checks", line.list_checks, "the checks within them, with their rules");
    app.add_flag("--mutants", line.of_mutants, "the mutants, with the check that must notice each");
  }
  if (is({Action::kRun, Action::kProve, Action::kSoak, Action::kQualify, Action::kUp, Action::kDown, Action::kDoctor,
          Action::kReap}))
    AddToolFlags(app, options);
  if (is({Action::kRun, Action::kProve, Action::kSoak, Action::kQualify, Action::kUp, Action::kDoctor}))
    AddClusterFlags(app, options);
  if (is({Action::kRun, Action::kProve, Action::kSoak, Action::kQualify, Action::kUp})) {
    for (const char* needed : {"--server-image", "--node-image"}) app.get_option(needed)->required();
  }
  if (is({Action::kRun, Action::kProve, Action::kSoak, Action::kQualify})) AddRunFlags(app, options);
  if (is({Action::kProve})) AddProveFlags(app, options);
  if (is({Action::kQualify})) AddQualifyFlags(app, line);
  if (is({Action::kSurface})) AddSurfaceFlags(app, line);
  if (is({Action::kSoak})) AddSoakFlags(app, line);
  if (is({Action::kRun})) AddRepeatFlags(app, options);
  if (is({Action::kSchema})) {
    CLI::Option* mutants = app.add_flag("--mutants", line.of_mutants, "of a mutant's file instead");
    app.add_flag("--events", line.of_events, "of a line of a run's events.jsonl instead")->excludes(mutants);
  }
  if (is({Action::kDown})) {
    app.add_option("cluster", line.clusters, "names of clusters; default: all that are kept");
  }
  if (is({Action::kLedger})) {
    app.add_option("action", line.ledger_action, "what to do: verify")->required()->check(CLI::IsMember({"verify"}));
    app.add_option("file", line.ledger, "the ledger")->required();
  }
  if (is({Action::kCompare})) AddCompareFlags(app, line);
  if (is({Action::kMerge})) {
    app.add_option("run", line.merged, "the folders of the runs, one for each shard")->required();
    app.add_option("--artifacts", options.artifacts, "folder for the joined results")->required();
  }
  if (is({Action::kReport, Action::kReplay})) {
    AddArtifactsFlag(app, options);
    app.add_option("run", line.recorded, "the run's folder, its name below --artifacts, or latest")
        ->capture_default_str();
  }
}

}  // namespace

std::variant<CommandLine, EarlyExit> ParseCommandLine(int argc, char** argv) {
  CLI::App app("End-to-end tests of the Stalwart chart on a real kind cluster", "stalwart-e2e");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(E2E_VERSION));
  app.footer(std::string("Examples:\n") + kCommands[0].examples +
             "\n\n`stalwart-e2e COMMAND --help` has the options and examples of each.\n\n" + kExitCodes);
  // Each command has variables of its own: CLI11 reads the environment for those too that are not asked for.
  std::map<Action, CommandLine> lines;
  for (const CommandText& text : kCommands) {
    CommandLine& line = lines[text.action];
    line.action = text.action;
    line.options.cache = DefaultCache();
    line.options.tools = {.docker = "docker", .kind = "kind", .helm = "helm"};
    CLI::App* command = app.add_subcommand(text.name, text.help);
    command->footer(std::string("Examples:\n") + text.examples + "\n\n" + kExitCodes);
    AddFlags(*command, line);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const int code = app.exit(problem);
    return EarlyExit{code == 0 ? 0 : kExitUsage};
  }
  for (const CommandText& text : kCommands) {
    const CLI::App& command = *app.get_subcommand(text.name);
    if (!command) continue;
    CommandLine& line = lines[text.action];
    // Two scenarios can't ask one person at the same time.
    if (line.options.pause_on_failure) line.options.lanes = 1;
    if (line.options.until_fail && command.count("--repeat") == 0) line.options.repeat = kUntilFailRounds;
    return line;
  }
  return EarlyExit{kExitUsage};
}

}  // namespace e2e
