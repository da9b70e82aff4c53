// KeptEvents: an EventSink that keeps what it is told.
#pragma once

#include <nlohmann/json.hpp>

#include <string_view>
#include <vector>

#include "base/event_sink.h"

namespace e2e {

// Each event is its fields and its name as `event`. Thread rule: one thread.
class KeptEvents : public EventSink {
 public:
  void Tell(std::string_view event, const nlohmann::json& fields) noexcept override {
    all.push_back(fields);
    all.back()["event"] = event;
  }

  std::vector<nlohmann::json> all;
};

}  // namespace e2e
