// What each command is called, what it does, and examples of it: for --help and for the README's table.
#pragma once

#include <string_view>

namespace e2e {

enum class Action {
  kRun,
  kLint,
  kList,
  kSchema,
  kUp,
  kDown,
  kDoctor,
  kReport,
  kReplay,
  kMerge,
  kLedger,
  kCompare,
  kQualify,
  kSoak,
  kProve,
  kSurface,
  kReap
};

struct CommandText {
  Action action;
  const char* name;
  const char* help;
  const char* examples;
};

// The first one is what most users want.
inline constexpr CommandText kCommands[] = {
    {Action::kRun, "run", "bring up a cluster and run the scenarios on it",
     R"(  stalwart-e2e run --filter 'persistence/*'       one suite
  stalwart-e2e run --only smoke/ports --keep failed
  stalwart-e2e run --tags 'persistence,!slow'     by tags
  stalwart-e2e run --rerun-failed --reuse         what failed last, on a kept cluster
  stalwart-e2e run --gtest_filter='Smoke.*'       GoogleTest's own flags work, too

A run needs an engine, kind, helm, a node image and the server's image; `make e2e` finds or makes them and
hands them over in E2E_* variables.)"},
    {Action::kLint, "lint", "check every scenario and start nothing",
     R"(  stalwart-e2e lint
  stalwart-e2e lint --scenarios other-folder)"},
    {Action::kList, "list", "show the scenarios, their titles and tags",
     R"(  stalwart-e2e list
  stalwart-e2e list --tags chart
  stalwart-e2e list --checks                      the conformance checks, each with the section of its RFC
  stalwart-e2e list --rerun-failed                what failed in the latest run)"},
    {Action::kSchema, "schema", "print the JSON Schema of a scenario's file",
     R"(  stalwart-e2e schema > scenario.schema.json      for an editor, or another validator
  stalwart-e2e schema --mutants > mutant.schema.json
  stalwart-e2e schema --events > events.schema.json)"},
    {Action::kUp, "up", "bring a cluster up, load the images, and keep it for run --reuse",
     R"(  stalwart-e2e up                                 then: stalwart-e2e run --reuse
  stalwart-e2e up --lanes 1                       needs less of the machine's ports)"},
    {Action::kDown, "down", "delete the clusters that are kept, all or by name",
     R"(  stalwart-e2e down
  stalwart-e2e down stalwart-e2e-261124-023000-7  one of them)"},
    {Action::kDoctor, "doctor", "look whether this machine can do a run, and say what to do where it cannot",
     R"(  stalwart-e2e doctor                             exit code 0 or 3)"},
    {Action::kReport, "report", "write a run's page, summary and JUnit file again, out of what it recorded",
     R"(  stalwart-e2e report                             of the latest run that has results
  stalwart-e2e report artifacts/261124-023000-7)"},
    {Action::kReplay, "replay", "decide a recorded run anew, out of its events alone",
     R"(  stalwart-e2e replay                             the latest run
  stalwart-e2e replay artifacts/261124-023000-7

Measurements, receipts, steps, mutants, attempts and the run's verdict go through the code of this version; nothing
is started. Exit code: 0 when all comes out as it was recorded, 1 when not.)"},
    {Action::kMerge, "merge", "join the results of all shards of one selection",
     R"(  stalwart-e2e merge shard-1 shard-2 shard-3 --artifacts all
  stalwart-e2e run --shard 2/3                    makes one of them, on the second of three machines

Exit code: that of the worst shard; 2 when a shard is missing, there twice, not complete or of another split.)"},
    {Action::kProve, "prove",
     "break the product in each way of scenarios/sabotage: the named check must fail for the named reason",
     R"(  stalwart-e2e prove                              all mutants
  stalwart-e2e prove --only mount-path --reuse    one, on a kept cluster)"},
    {Action::kSurface, "surface", "list what of the chart and of the scenarios no mutant breaks; needs no cluster",
     R"(  stalwart-e2e surface                            what is red
  stalwart-e2e surface --all                      each item, with the mutants that break it)"},
    {Action::kQualify, "qualify", "decide whether the chart may follow the releases before it",
     R"(  stalwart-e2e qualify                            from the last two releases in chart/releases
  stalwart-e2e qualify --from 0.1.0,0.3.0
  stalwart-e2e qualify --from oci://registry.example.org/charts/stalwart
  stalwart-e2e qualify --from https://charts.example.org#stalwart:0.3.0,old/stalwart-0.1.0.tgz

The lanes are scenarios/qualify. Exit code 0 QUALIFIED, 1 NOT QUALIFIED, 4 INCONCLUSIVE: a skip is one.)"},
    {Action::kSoak, "soak", "traffic with one fault after another, out of a seed; in the end the ledger's verdict",
     R"(  stalwart-e2e soak --minutes 30 --seed 7         the same seed gives the same faults
  stalwart-e2e soak --minutes 5 --reuse           on a kept cluster)"},
    {Action::kLedger, "ledger", "judge a ledger's file by itself: is anything lost that was acknowledged",
     R"(  stalwart-e2e ledger verify artifacts/latest/scenarios/persistence-pod-delete/ledger-before.jsonl)"},
    {Action::kCompare, "compare",
     "show what an upgrade from one chart to another changes, and what of it can't be done",
     R"(  stalwart-e2e compare chart/releases/0.1.0 chart > changes.md
  stalwart-e2e compare a.tgz b.tgz --values mine.yaml

Exit code 1 where the API would refuse a change, or an object with data or an address would go.)"},
    {Action::kReap, "reap", "remove the clusters that killed runs left, and those that were kept",
     R"(  stalwart-e2e reap)"},
};

inline constexpr const char* kExitCodes =
    R"(Exit codes: 0 pass, 1 fail, 2 wrong usage or scenario, 3 infrastructure, 4 inconclusive,
5 something was skipped, 6 flaky, 130 interrupted.)";

}  // namespace e2e
