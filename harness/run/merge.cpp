#include "run/merge.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <set>

#include "base/text.h"
#include "cluster/json_access.h"
#include "run/recorded_run.h"
#include "run/shard.h"

namespace e2e {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kSame[] = {"server", "server_image", "standin", "standin_image", "kubernetes", "chart"};

struct Part {
  fs::path folder;
  json record;
};

Error Wrong(std::string message) {
  return Error(ErrorKind::kBadScenario, std::move(message));
}

// With a retry or several rounds a scenario has more than one result.
std::size_t ScenariosIn(const json& record) {
  std::set<std::string> ids;
  for (const json& scenario : ListAt(record, "/scenarios")) ids.insert(TextAt(scenario, "/id"));
  return ids.size();
}

Status CheckPart(const Part& part, const json& first) {
  const auto shard = IntAt(part.record, "/shard/index"), count = IntAt(part.record, "/shard/count");
  const std::string name = fmt::format("shard {}/{} ({})", shard, count, part.folder.string());
  if (count != IntAt(first, "/shard/count") || TextAt(part.record, "/shard/split") != TextAt(first, "/shard/split")) {
    return Wrong(
        fmt::format("{} is of another split than the first: other scenarios, durations or number of parts", name));
  }
  for (const char* field : kSame) {
    const std::string at = std::string("/") + field, here = TextAt(part.record, at), there = TextAt(first, at);
    if (here != there)
      return Wrong(fmt::format("{} has {} \"{}\", the first one has \"{}\"", name, field, here, there));
  }
  const auto size = IntAt(part.record, "/shard/size");
  const auto results = static_cast<long long>(ScenariosIn(part.record));
  if (results == size) return {};
  return Wrong(fmt::format("{} is not complete: it has results of {} of its {} scenarios", name, results, size));
}

// By their numbers; each once.
Outcome<std::map<long long, Part>> ReadParts(const std::vector<fs::path>& folders) {
  std::map<long long, Part> parts;
  for (const fs::path& folder : folders) {
    E2E_TRY(json record, ReadRecord(folder), "merge");
    std::ifstream in(folder / kShardFile);
    record["shard"] = json::parse(in, nullptr, false);
    const long long index = IntAt(record, "/shard/index"), count = IntAt(record, "/shard/count");
    if (index < 1 || index > count) return Wrong(folder.string() + " is not the run of a shard");
    const auto known = parts.find(index);
    if (known != parts.end()) {
      return Wrong(fmt::format("shard {}/{} is there twice: {} and {}", index, count, known->second.folder.string(),
                               folder.string()));
    }
    parts.emplace(index, Part{folder, std::move(record)});
  }
  return parts;
}

Status CheckComplete(const std::map<long long, Part>& parts, long long count) {
  std::vector<std::string> missing;
  for (long long index = 1; index <= count; ++index) {
    if (!parts.contains(index)) missing.push_back(fmt::format("{}/{}", index, count));
  }
  if (missing.empty()) return {};
  return Wrong(fmt::format("missing: shard {}", Join(missing, ", shard ")));
}

json Joined(const std::map<long long, Part>& parts) {
  json all = parts.begin()->second.record;
  all.erase("shard");
  all["run"] = "merged-" + TextAt(all, "/run");
  all["scenarios"] = json::array();
  all["problems"] = json::array();
  all["shards"] = json::array();
  for (const auto& [index, part] : parts) {
    const json& record = part.record;
    for (const char* list : {"scenarios", "problems"}) {
      for (const json& one : ListAt(record, std::string("/") + list)) all[list].push_back(one);
    }
    if (TextAt(record, "/started") < TextAt(all, "/started")) all["started"] = TextAt(record, "/started");
    all["shards"].push_back({{"index", index},
                             {"run", TextAt(record, "/run")},
                             {"folder", part.folder.string()},
                             {"started", TextAt(record, "/started")}});
  }
  return all;
}

}  // namespace

Outcome<json> MergeRecords(const std::vector<fs::path>& folders) {
  E2E_TRY(const auto parts, ReadParts(folders), "merge");
  const json& first = parts.begin()->second.record;
  for (const auto& [index, part] : parts) E2E_CHECK(CheckPart(part, first), "merge");
  E2E_CHECK(CheckComplete(parts, IntAt(first, "/shard/count")), "merge");
  return Joined(parts);
}

}  // namespace e2e
