#include "gtest/cluster_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "base/text.h"
#include "cluster/lease.h"
#include "process/system_runner.h"
#include "run/harness.h"
#include "run/new_run.h"
#include "run/scenario_log.h"
#include "run/verdict.h"

namespace e2e {
namespace {

constexpr Duration kDelete{300'000};

int Fail(const Error& error) {
  std::cerr << "stalwart-e2e: " << error.Render() << "\n";
  if (error.kind() == ErrorKind::kInterrupted) return ExitCode(Verdict::kInterrupted);
  return error.kind() == ErrorKind::kBadScenario ? kExitUsage : ExitCode(Verdict::kInfra);
}

LeaseFolder Leases(const RunOptions& options) {
  return LeaseFolder(options.cache / "leases");
}
std::filesystem::path HomeOfKept(const RunOptions& options) {
  return options.cache / "clusters";
}

Outcome<std::vector<Lease>> KeptOf(const RunOptions& options, const std::vector<std::string>& names) {
  E2E_TRY(std::vector<Lease> kept, Leases(options).FindKept(), "down");
  std::vector<std::string> known;
  for (const Lease& lease : kept) known.push_back(lease.cluster);
  for (const std::string& name : names) {
    if (std::count(known.begin(), known.end(), name) > 0) continue;
    return Error(ErrorKind::kBadScenario, fmt::format("no kept cluster has the name {}; kept are: {}", name,
                                                      known.empty() ? "none" : Join(known, ", ")));
  }
  std::erase_if(kept, [&](const Lease& lease) {
    return !names.empty() && std::count(names.begin(), names.end(), lease.cluster) == 0;
  });
  return kept;
}

Status DeleteKept(const Lease& lease, const RunOptions& options, CommandRunner& runner, Deadline deadline) {
  if (lease.HolderAlive()) {
    return Error(ErrorKind::kInfra, fmt::format("cluster {} is in use by the run of process {}; wait for its end",
                                                lease.cluster, lease.pid));
  }
  E2E_TRY(const bool deleted, Leases(options).ReapOne(lease, runner, options.tools, deadline), "down");
  if (!deleted) return Error(ErrorKind::kInfra, fmt::format("another run has just taken cluster {}", lease.cluster));
  std::cerr << fmt::format("stalwart-e2e: deleted cluster {}\n", lease.cluster);
  // What a run made stays in its artifacts; what `up` made is of no use to anybody.
  const std::filesystem::path folder = lease.run_dir.parent_path();
  std::error_code ignored;
  if (folder.parent_path() == HomeOfKept(options)) std::filesystem::remove_all(folder, ignored);
  return {};
}

}  // namespace

int Up(RunOptions options, Interrupt& interrupt) {
  options.reuse = true;
  SystemClock clock(interrupt);
  const Interrupt calm;
  SystemClock calm_clock(calm);
  SystemRunner runner(clock, interrupt), calm_runner(calm_clock, calm);
  const auto servers = FindServers(options.server, options.server_image, options.standin, options.standin_image);
  if (!servers) return Fail(servers.error());
  RunInfo info;
  info.run_id = NewRunId(clock);
  info.kubernetes_version = options.kubernetes_version;
  info.folder = HomeOfKept(options) / info.run_id;
  const RunContext context{options, info, *servers, clock, interrupt, runner, calm_clock, calm, calm_runner};
  ScenarioLog log("up", {});
  Harness harness(context, log);
  if (const Status up = harness.BringUp(); !up) return Fail(up.error());
  if (const Status kept = harness.TearDown(false); !kept) return Fail(kept.error());
  return 0;
}

int Down(const RunOptions& options, const std::vector<std::string>& names, Interrupt& interrupt) {
  SystemClock clock(interrupt);
  SystemRunner runner(clock, interrupt);
  const auto kept = KeptOf(options, names);
  if (!kept) return Fail(kept.error());
  int code = 0;
  for (const Lease& lease : *kept) {
    const Status gone = DeleteKept(lease, options, runner, Deadline::In(clock, kDelete));
    if (!gone) code = Fail(gone.error());
  }
  if (kept->empty()) std::cerr << "stalwart-e2e: no cluster is kept\n";
  return code;
}

int Reap(const RunOptions& options, Interrupt& interrupt) {
  SystemClock clock(interrupt);
  SystemRunner runner(clock, interrupt);
  const auto tell = [](const std::string& line) { std::cerr << line << "\n"; };
  const auto reaped =
      Leases(options).Reap(runner, options.tools, tell, Deadline::In(clock, kDelete), /*kept_too=*/true);
  if (!reaped) return Fail(reaped.error());
  std::cout << fmt::format("{} leftover clusters removed\n", reaped->size());
  return 0;
}

}  // namespace e2e
