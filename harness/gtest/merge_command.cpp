#include "gtest/merge_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>

#include "run/merge.h"

namespace e2e {

int MergeRuns(const std::vector<std::filesystem::path>& folders, const std::filesystem::path& out) {
  const auto record = MergeRecords(folders);
  const Status written = record ? WriteRecord(*record, out) : Status(record.error());
  if (!written) {
    std::cerr << "stalwart-e2e: " << written.error().message() << "\n";
    return written.error().kind() == ErrorKind::kBadScenario ? kExitUsage : ExitCode(Verdict::kInfra);
  }
  const Verdict verdict = VerdictOf(*record);
  std::cout << fmt::format("stalwart-e2e: {}: {} shards | report: {}\n", Name(verdict), folders.size(),
                           (out / "report.html").string());
  return ExitCode(verdict);
}

}  // namespace e2e
