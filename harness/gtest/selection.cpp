#include "gtest/selection.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "cluster/json_access.h"
#include "run/recorded_run.h"
#include "run/verdict.h"

namespace e2e {
namespace {

bool Contains(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

Status CheckKnown(std::string_view what, const std::vector<std::string>& asked, const std::vector<std::string>& known) {
  for (const std::string& word : asked) {
    if (Contains(known, word)) continue;
    const auto near = Nearest(word, known);
    return Error(ErrorKind::kBadScenario, fmt::format("no scenario has the {} \"{}\"{}", what, word,
                                                      near ? fmt::format(" (did you mean \"{}\"?)", *near)
                                                           : std::string("; `stalwart-e2e list` shows what there is")));
  }
  return {};
}

// "a", "b" ask for scenarios with one of them, "!c" leaves those with c out.
struct Tags {
  explicit Tags(const std::vector<std::string>& words) {
    for (const std::string& word : words) (word.starts_with('!') ? without : with).push_back(word);
    for (std::string& word : without) word.erase(0, 1);
  }
  bool Take(const std::vector<std::string>& tags) const {
    const auto has = [&](const std::string& tag) { return Contains(tags, tag); };
    return (with.empty() || std::any_of(with.begin(), with.end(), has)) &&
           std::none_of(without.begin(), without.end(), has);
  }

  std::vector<std::string> with, without;
};

}  // namespace

Status Select(const RunOptions& options, std::vector<CompiledScenario>& scenarios) {
  std::vector<std::string> ids, known_tags;
  for (const CompiledScenario& compiled : scenarios) {
    ids.push_back(compiled.scenario.Id());
    known_tags.insert(known_tags.end(), compiled.scenario.tags.begin(), compiled.scenario.tags.end());
  }
  const Tags tags(options.tags);
  E2E_CHECK(CheckKnown("id", options.only, ids), "--only");
  E2E_CHECK(CheckKnown("tag", tags.with, known_tags), "--tags");
  E2E_CHECK(CheckKnown("tag", tags.without, known_tags), "--tags");
  std::erase_if(scenarios, [&](const CompiledScenario& compiled) {
    const std::string id = compiled.scenario.Id();
    return !GlobMatch(options.filter, id) || (!options.only.empty() && !Contains(options.only, id)) ||
           !tags.Take(compiled.scenario.tags);
  });
  if (!scenarios.empty()) return {};
  std::string asked = fmt::format("\"{}\"", options.filter);
  const bool filtered_out =
      std::none_of(ids.begin(), ids.end(), [&](const std::string& id) { return GlobMatch(options.filter, id); });
  const std::string near =
      filtered_out ? fmt::format(" (the nearest are {})", Join(NearestTo(options.filter, ids, 3), ", ")) : "";
  if (!options.only.empty()) asked += " and --only " + Join(options.only, ",");
  if (!options.tags.empty()) asked += " and --tags " + Join(options.tags, ",");
  return Error(ErrorKind::kBadScenario,
               fmt::format("no scenario matches {}{}; `stalwart-e2e list` shows what there is", asked, near));
}

Status KeepShard(Shard& shard, const std::filesystem::path& durations, std::vector<CompiledScenario>& scenarios) {
  if (shard.count == 0) return {};
  std::map<std::string, double> seconds;
  if (!durations.empty()) {
    E2E_TRY(seconds, DurationsIn(durations), "--shard");
  }
  std::vector<std::string> ids;
  for (const CompiledScenario& compiled : scenarios) ids.push_back(compiled.scenario.Id());
  E2E_TRY(const std::vector<std::string> mine, TakeShard(ids, seconds, shard), "--shard");
  std::erase_if(scenarios, [&](const CompiledScenario& compiled) { return !Contains(mine, compiled.scenario.Id()); });
  return {};
}

Outcome<std::vector<std::string>> FailedInLatestRun(const std::filesystem::path& artifacts) {
  E2E_TRY(const std::filesystem::path folder, FindRun(artifacts, "latest"), "--rerun-failed");
  E2E_TRY(const nlohmann::json record, ReadRecord(folder), "--rerun-failed");
  std::vector<std::string> failed;
  for (const nlohmann::json& scenario : ListAt(record, "/scenarios")) {
    const std::string verdict = TextAt(scenario, "/verdict");
    if (verdict != Name(Verdict::kPass) && verdict != Name(Verdict::kSkipped))
      failed.push_back(TextAt(scenario, "/id"));
  }
  if (!failed.empty()) return failed;
  return Error(ErrorKind::kBadScenario, fmt::format("in the latest run ({}) nothing failed", folder.string()));
}

}  // namespace e2e
