#include "run/event_record.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>

#include "cluster/json_access.h"
#include "run/event_file.h"
#include "run/kill_matrix.h"
#include "run/result_json.h"

namespace e2e {
namespace {

using nlohmann::json;

std::string NameOf(const json& event) {
  return TextAt(event, "/event");
}

// A scenario that has begun and not ended.
struct Unfinished {
  json begin;
  int attempt = 0;
  json steps = json::array();
  std::string step{};     // that is under way
  std::string pending{};  // what it waits for
  double last = 0;        // when it was heard of

  void Take(const json& event);
  json Result() const;
};

void Unfinished::Take(const json& event) {
  const std::string name = NameOf(event);
  last = NumberAt(event, "/t", last);
  // Each attempt begins anew.
  if (const int now = IntAt(event, "/attempt"); now > attempt) {
    attempt = now;
    steps = json::array();
  }
  if (name == "step.begin") {
    step = TextAt(event, "/kind");
    pending.clear();
  } else if (name == "step.end") {
    steps.push_back(JsonAt(event, "/step"));
    step.clear();
    pending.clear();
  } else if (name == "wait") {
    pending = fmt::format(", waiting for {}: {}", TextAt(event, "/what"), TextAt(event, "/reason"));
  } else if (name == "wait.end") {
    pending.clear();
  }
}

json Unfinished::Result() const {
  const std::string in = step.empty() ? "" : fmt::format(" in the step {}{}", step, pending);
  const Error error(ErrorKind::kInterrupted, "the run ended before this scenario did" + in);
  ScenarioResult result{.id = TextAt(begin, "/scenario"), .title = TextAt(begin, "/title"), .where = {}};
  result.verdict = Verdict::kInterrupted;
  result.error = error;
  result.round = IntAt(begin, "/round", 1);
  result.elapsed = Duration(static_cast<long long>((last - NumberAt(begin, "/t", last)) * 1000));
  json object = ToJson(result);
  object["where"] = TextAt(begin, "/where");
  object["steps"] = steps;
  return object;
}

}  // namespace

Outcome<std::vector<json>> ReadEvents(const std::filesystem::path& folder) {
  std::vector<json> events;
  std::ifstream in(folder / kEventFile, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    json event = json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!event.is_object() || !event.contains("event")) continue;
    if (NameOf(event) == "run.begin" && IntAt(event, "/schema") != kEventSchema) {
      return Error(ErrorKind::kBadScenario, (folder / kEventFile).string() + " is of another version of this program");
    }
    events.push_back(std::move(event));
  }
  return events;
}

bool RunEnded(const std::vector<json>& events) {
  return std::any_of(events.begin(), events.end(), [](const json& event) { return NameOf(event) == "run.end"; });
}

Outcome<json> RecordFrom(const std::vector<json>& events) {
  json record;
  json scenarios = json::array();
  json problems = json::array();
  json purpose = {{"surface", nullptr}, {"qualification", nullptr}};
  std::map<std::pair<std::string, int>, Unfinished> unfinished;
  for (const json& event : events) {
    const std::string name = NameOf(event);
    const auto key = std::make_pair(TextAt(event, "/scenario"), IntAt(event, "/round", 1));
    if (name == "run.begin") {
      record = event;
      for (const char* own : {"event", "at", "t"}) record.erase(own);
    } else if (name == "run.end") {
      for (const auto& part : {"surface", "qualification"}) purpose[part] = JsonAt(event, std::string("/") + part);
    } else if (name == "problem") {
      problems.push_back(JsonAt(event, "/problem"));
    } else if (name == "scenario.begin") {
      unfinished[key] = {.begin = event};
    } else if (name == "scenario.end") {
      scenarios.push_back(JsonAt(event, "/result"));
      unfinished.erase(key);
    } else if (const auto at = unfinished.find(key); at != unfinished.end()) {
      at->second.Take(event);
    }
  }
  if (record.is_null()) return Error(ErrorKind::kBadScenario, "its events don't tell of a run's begin");
  for (const auto& [key, scenario] : unfinished) scenarios.push_back(scenario.Result());
  std::vector<ScenarioResult> results;
  for (const json& scenario : scenarios) {
    E2E_TRY(ScenarioResult result, ResultFromJson(scenario), "reading events");
    results.push_back(std::move(result));
  }
  record.update(purpose);
  record.update({{"schema", 1}, {"sabotage", KillMatrix(results)}, {"problems", problems}, {"scenarios", scenarios}});
  return record;
}

}  // namespace e2e
