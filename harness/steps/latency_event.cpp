#include "steps/latency_event.h"

#include <nlohmann/json.hpp>

namespace e2e {

using nlohmann::json;

void TellLatencies(EventSink& events, const std::string& of, const Latencies& latencies) {
  json classes = json::array();
  for (const auto& [end, count] : latencies.counts()) {
    classes.push_back({{"upto", static_cast<double>(end) / 1000.0}, {"count", count}});
  }
  if (!classes.empty()) events.Tell("latency", {{"of", of}, {"classes", classes}});
}

}  // namespace e2e
