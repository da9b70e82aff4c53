#include "run/worker_lines.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace e2e {

using nlohmann::json;

namespace {

constexpr std::pair<WorkerSays, const char*> kNames[] = {{WorkerSays::kLine, "line"},
                                                         {WorkerSays::kWarning, "warning"},
                                                         {WorkerSays::kDetail, "detail"},
                                                         {WorkerSays::kLive, "live"}};

}  // namespace

std::string WorkerLine(const WorkerWord& word) {
  const char* name = kNames[static_cast<std::size_t>(word.says)].second;
  return json{{name, word.text}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

WorkerWord ParseWorkerLine(std::string_view line) {
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  for (const auto& [says, name] : kNames) {
    if (object.is_object() && object.contains(name) && object[name].is_string()) {
      return {says, object[name].get<std::string>()};
    }
  }
  return {WorkerSays::kLine, std::string(line)};
}

}  // namespace e2e
