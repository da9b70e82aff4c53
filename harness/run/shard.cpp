#include "run/shard.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "cluster/json_access.h"
#include "run/recorded_run.h"
#include "run/write_whole.h"

namespace e2e {
namespace {

using nlohmann::json;

struct Weighed {
  std::string id;
  // Milliseconds: sums of them are the same whatever the order.
  long long weight = 0;
};

long long MiddleOf(std::vector<long long> weights) {
  if (weights.empty()) return 1;
  std::sort(weights.begin(), weights.end());
  return weights[weights.size() / 2];
}

std::vector<Weighed> Weigh(const std::vector<std::string>& ids, const std::map<std::string, double>& durations) {
  std::vector<long long> known;
  for (const std::string& id : ids) {
    if (const auto found = durations.find(id); found != durations.end()) {
      known.push_back(std::max(1LL, std::llround(found->second * 1000)));
    }
  }
  const long long middle = MiddleOf(known);
  std::vector<Weighed> weighed;
  for (const std::string& id : ids) {
    const auto found = durations.find(id);
    weighed.push_back({id, found == durations.end() ? middle : std::max(1LL, std::llround(found->second * 1000))});
  }
  std::sort(weighed.begin(), weighed.end(), [](const Weighed& a, const Weighed& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
  });
  return weighed;
}

}  // namespace

Outcome<Shard> ShardOf(const std::string& text) {
  const std::vector<std::string> parts = Split(text, '/');
  const auto index = ParseInt(parts[0]), count = parts.size() == 2 ? ParseInt(parts[1]) : std::nullopt;
  if (index && count && *index >= 1 && *index <= *count && *count <= 1000) {
    return Shard{.index = static_cast<int>(*index), .count = static_cast<int>(*count)};
  }
  return Error(ErrorKind::kBadScenario, fmt::format("a shard is one of several, such as 2/3, not \"{}\"", text));
}

Outcome<std::map<std::string, double>> DurationsIn(const std::filesystem::path& run) {
  E2E_TRY(const json record, ReadRecord(run.extension() == ".json" ? run.parent_path() : run), "--durations");
  std::map<std::string, double> durations;
  for (const json& scenario : ListAt(record, "/scenarios")) {
    const json& seconds = JsonAt(scenario, "/seconds");
    if (seconds.is_number()) durations[TextAt(scenario, "/id")] = seconds.get<double>();
  }
  return durations;
}

Status WriteShard(const Shard& shard, const std::filesystem::path& folder) {
  const json object = {{"index", shard.index}, {"count", shard.count}, {"split", shard.split}, {"size", shard.size}};
  return WriteWhole(folder / kShardFile, object.dump());
}

Outcome<std::vector<std::string>> TakeShard(const std::vector<std::string>& ids,
                                            const std::map<std::string, double>& durations, Shard& shard) {
  const auto count = static_cast<std::size_t>(shard.count);
  if (ids.size() < count) {
    return Error(ErrorKind::kBadScenario,
                 fmt::format("{} scenarios can't be split into {} parts; a part would be empty", ids.size(), count));
  }
  std::vector<long long> loads(count, 0);
  std::vector<std::string> mine;
  std::string all = fmt::format("{} parts\n", count);
  for (const Weighed& next : Weigh(ids, durations)) {
    const auto least = std::min_element(loads.begin(), loads.end());
    *least += next.weight;
    if (least - loads.begin() == shard.index - 1) mine.push_back(next.id);
    all += fmt::format("{} {}\n", next.id, next.weight);
  }
  shard.split = Sha256Hex(all).substr(0, 16);
  shard.size = static_cast<int>(mine.size());
  return mine;
}

}  // namespace e2e
