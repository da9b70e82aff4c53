#include "run/worker_lines.h"

#include <nlohmann/json.hpp>

#include "run/live_waits.h"

namespace e2e {

using nlohmann::json;

namespace {

std::string Encoded(const char* sort, std::string_view text) {
  return json{{sort, text}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string WorkerLine(std::string_view text) {
  return Encoded("line", text);
}

std::string WorkerLiveLine(std::string_view text) {
  return Encoded("live", text);
}

void ShowWorkerLine(std::string_view line, Log& log) {
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  const auto text = [&](const char* sort) -> const std::string* {
    if (!object.is_object() || !object.contains(sort)) return nullptr;
    return object[sort].get_ptr<const std::string*>();
  };
  if (const std::string* live = text("live")) return ShowLiveLine(*live);
  const std::string* told = text("line");
  log.Info(told != nullptr ? *told : std::string(line));
}

}  // namespace e2e
