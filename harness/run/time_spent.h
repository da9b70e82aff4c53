// TimeSpent: where the time of a run went, made of its events.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace e2e {

struct TimePart {
  std::string name;
  double seconds = 0;
};

struct TimeSpent {
  // From the run's begin to its last event.
  double whole = 0;
  // Those of all lanes are added up, so that together they may be more than the whole. Only those that took any, in the
  // order of a run.
  std::vector<TimePart> parts{};
  // Of the harness itself: CPU seconds of its processes, and the largest of them.
  double cpu = 0;
  double peak_mb = 0;
};

// A wait's time is booked from one look to the next, under what it waited for. Foreign fields read as empty.
TimeSpent TimeSpentOf(const std::vector<nlohmann::json>& events);

// A table, as text; empty where no time is known.
std::string TextOf(const TimeSpent& spent);
std::string HtmlOf(const TimeSpent& spent);

}  // namespace e2e
