// Timeline: what happened in a scenario, one lane for each sort of thing, made of its events.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace e2e {

// A span of time, or with `from` == `to` a moment.
struct TimeMark {
  double from = 0;
  double to = 0;
  // How it is drawn, a class of run/page/timeline.css.
  std::string sort{};
  std::string text{};
};

struct TimeLane {
  std::string name;
  std::vector<TimeMark> marks{};
  // Marks that are left out, as there are too many.
  std::size_t left_out = 0;
};

struct Timeline {
  // Times of marks count from here.
  double seconds = 0;
  // Only those that have marks.
  std::vector<TimeLane> lanes{};
};

// The events of each scenario by id and round, in their order. They point into `events`.
using EventsOf = std::map<std::pair<std::string, int>, std::vector<const nlohmann::json*>>;
EventsOf ByScenario(const std::vector<nlohmann::json>& events);

// `events` are those of one scenario; without any the time line has no lanes. Foreign fields read as empty.
Timeline TimelineOf(const std::vector<const nlohmann::json*>& events);

}  // namespace e2e
