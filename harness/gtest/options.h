// The command line: subcommands, flags with their defaults, and the help with examples.
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "gtest/command_texts.h"
#include "gtest/compare_command.h"
#include "run/options.h"
#include "run/shard.h"
#include "run/soak.h"

namespace e2e {

struct CommandLine {
  Action action = Action::kRun;
  RunOptions options;
  // run, list: this part of the selection, split by the durations of that run, by number without one. Default: all.
  Shard shard;
  std::filesystem::path durations;
  // run, list: only what failed in the latest run.
  bool rerun_failed = false;
  // list: the checks instead of the scenarios.
  bool list_checks = false;
  // list, schema: of the mutants instead of the scenarios.
  bool of_mutants = false;
  // schema: of a line of events.jsonl.
  bool of_events = false;
  // surface: each item with its mutants.
  bool all_items = false;
  // down: names of clusters. Default: all that are kept.
  std::vector<std::string> clusters;
  // soak: how long, and which faults.
  SoakPlan soak;
  // ledger: what to do with it, and its file.
  std::string ledger_action;
  std::filesystem::path ledger;
  // compare: the charts.
  ChartPair charts;
  // merge: the folders of the runs.
  std::vector<std::filesystem::path> merged;
  // qualify: the releases that the chart follows, as FindReleased (cluster/released_chart.h) takes them, and the folder
  // of the project's own.
  std::vector<std::string> from;
  std::filesystem::path releases = "chart/releases";
  // report: the run, as FindRun (run/recorded_run.h) takes it.
  std::string recorded = "latest";
};

// The end of the process that the command line itself asks for: --help, --version, or a mistake.
struct EarlyExit {
  int code = 0;
};

// `argv` is without GoogleTest's own flags.
std::variant<CommandLine, EarlyExit> ParseCommandLine(int argc, char** argv);

}  // namespace e2e
