#include "gtest/replay_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>

#include "run/event_record.h"
#include "run/recorded_run.h"
#include "run/replay.h"

namespace e2e {
namespace {

Outcome<Replayed> ReplayFolder(const std::filesystem::path& artifacts, const std::string& run) {
  E2E_TRY(const std::filesystem::path folder, FindRun(artifacts, run), "replay");
  E2E_TRY(const std::vector<nlohmann::json> events, ReadEvents(folder), "replay");
  E2E_TRY(Replayed replayed, Replay(events), "replaying " + folder.string());
  return replayed;
}

void Tell(const Replayed& replayed) {
  for (const std::string& what : replayed.left_out) std::cout << "not decided by events: " << what << "\n";
  for (const Difference& difference : replayed.differences) {
    std::cout << fmt::format("{}: recorded {}, decided {}\n", difference.what, difference.recorded, difference.decided);
  }
  const std::string outcome = replayed.differences.empty()
                                  ? "all as recorded"
                                  : fmt::format("{} decisions differ", replayed.differences.size());
  const std::string run = replayed.verdict ? fmt::format("; the run: {}", Name(*replayed.verdict)) : "";
  std::cout << fmt::format("stalwart-e2e: {} scenarios, {} attempts and {} measurements decided again, {}{}\n",
                           replayed.scenarios, replayed.attempts, replayed.measurements, outcome, run);
}

}  // namespace

int ReplayRun(const std::filesystem::path& artifacts, const std::string& run) {
  const auto replayed = ReplayFolder(artifacts, run);
  if (!replayed) {
    std::cerr << "stalwart-e2e: " << replayed.error().Render() << "\n";
    return replayed.error().kind() == ErrorKind::kBadScenario ? kExitUsage : ExitCode(Verdict::kInfra);
  }
  Tell(*replayed);
  return replayed->differences.empty() ? 0 : ExitCode(Verdict::kFail);
}

}  // namespace e2e
