// EventSink: where whatever happens in a run is told while it happens; the file behind it belongs to run/event_file.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cmath>
#include <string_view>

#include "base/clock.h"

namespace e2e {

// Which events there are, and their fields: harness/run/events.schema.json.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // `fields` is an object; the time is added. What can't be kept is dropped: a run is worth more than its events.
  // Never throws. Thread rule: any thread.
  virtual void Tell(std::string_view event, const nlohmann::json& fields) noexcept = 0;
};

// The sink of this process, which is that of its run, or in a worker of its scenario. Nothing is kept while none is in
// use.
EventSink& ProcessEvents();
bool EventsAreKept();

// Makes `sink` that of the process for as long as the object lives; the one before is back then. Threads that tell
// something end before it.
class UseEvents {
 public:
  explicit UseEvents(EventSink& sink);
  ~UseEvents();
  UseEvents(const UseEvents&) = delete;
  UseEvents& operator=(const UseEvents&) = delete;

 private:
  EventSink* const before_;
};

// Seconds, as events and results have them.
inline double Seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}

inline Duration FromSeconds(double seconds) {
  return Duration(std::llround(seconds * 1000.0));
}

// A time of this machine's steady clock, in seconds, as events have it: all processes of a run have the same.
inline double Moment(TimePoint at) {
  return Seconds(std::chrono::duration_cast<Duration>(at.time_since_epoch()));
}

}  // namespace e2e
