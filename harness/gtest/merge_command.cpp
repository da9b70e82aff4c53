#include "gtest/merge_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>

#include "run/merge.h"
#include "run/record_fields.h"
#include "run/report.h"

namespace e2e {
namespace {

Status Write(const nlohmann::json& record, const std::filesystem::path& out) {
  std::error_code code;
  std::filesystem::create_directories(out, code);
  if (code) return Error(ErrorKind::kInfra, out.string() + " can't be made: " + code.message());
  return WriteRecord(out, record);
}

}  // namespace

int MergeRuns(const std::vector<std::filesystem::path>& folders, const std::filesystem::path& out) {
  const auto record = MergeRecords(folders);
  const Status written = record ? Write(*record, out) : Status(record.error());
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
