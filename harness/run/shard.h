// Shard: one of several parts into which a selection of scenarios is split, each for a machine of its own.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/outcome.h"

namespace e2e {

struct Shard {
  // From 1 to `count`. A count of 0: not split.
  int index = 0;
  int count = 0;
  // The same for all parts of one split, and for no other split.
  std::string split{};
  // Scenarios in this part.
  int size = 0;
};

// "2/3". kBadScenario for anything else.
Outcome<Shard> ShardOf(const std::string& text);

// Seconds by id, out of a run's folder or its report.json. kBadScenario when it is none.
Outcome<std::map<std::string, double>> DurationsIn(const std::filesystem::path& run);

// Leaves which part it was in `folder`, for MergeRecords (run/merge.h).
Status WriteShard(const Shard& shard, const std::filesystem::path& folder);
inline constexpr const char* kShardFile = "shard.json";

// The ids of this part, and in `shard` what is known of it. The longest first, each goes to the part that has least to
// do; one without a known duration counts as the middle one of the others, and without any all count the same. So
// every machine that has the same ids and durations makes the same parts. kBadScenario when a part would be empty.
Outcome<std::vector<std::string>> TakeShard(const std::vector<std::string>& ids,
                                            const std::map<std::string, double>& durations, Shard& shard);

}  // namespace e2e
