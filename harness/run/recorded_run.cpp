#include "run/recorded_run.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>

#include "cluster/json_access.h"
#include "run/event_file.h"
#include "run/event_record.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

constexpr const char* kRecord = "report.json";

bool HasRecord(const fs::path& folder) {
  std::error_code code;
  return fs::is_regular_file(folder / kRecord, code) || fs::is_regular_file(folder / kEventFile, code);
}

}  // namespace

Outcome<fs::path> FindRun(const fs::path& artifacts, const std::string& run) {
  if (run != "latest") {
    for (const fs::path& folder : {artifacts / run, fs::path(run)}) {
      if (HasRecord(folder)) return folder;
    }
    return Error(ErrorKind::kBadScenario,
                 fmt::format("there is no run {} with a {} below {}", run, kRecord, artifacts.string()));
  }
  // A run's id begins with its date and time. The link `latest` may lead to a run that has no results yet.
  fs::path newest;
  std::error_code code;
  for (fs::directory_iterator it(artifacts, code), end; !code && it != end; it.increment(code)) {
    if (!it->is_symlink(code) && HasRecord(it->path()) && it->path().filename() > newest.filename()) {
      newest = it->path();
    }
  }
  if (!newest.empty()) return newest;
  return Error(ErrorKind::kBadScenario, fmt::format("no run below {} has results", artifacts.string()));
}

Outcome<nlohmann::json> ReadRecord(const fs::path& folder) {
  std::ifstream in(folder / kRecord);
  nlohmann::json record = nlohmann::json::parse(in, nullptr, false);
  const bool whole = IntAt(record, "/schema") == 1 && JsonAt(record, "/scenarios").is_array();
  E2E_TRY(const std::vector<nlohmann::json> events, ReadEvents(folder), "reading a run");
  if (!events.empty() && (!whole || !RunEnded(events))) return RecordFrom(events);
  if (whole) return record;
  return Error(ErrorKind::kBadScenario, (folder / kRecord).string() + " is not the record of a run");
}

}  // namespace e2e
