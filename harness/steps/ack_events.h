// AckEvents: operations on the server as events of the run, in aggregate, and how long the acknowledged ones took.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/event_sink.h"
#include "base/latencies.h"
#include "steps/ack_counts.h"

namespace e2e {

// Tells `mail` at most once a second, with what was counted since the time before; `latency` at its end. Thread rule:
// one thread.
class AckEvents {
 public:
  // `traffic` is what its operations' ids begin with; `events` outlives it.
  AckEvents(EventSink& events, std::string traffic, std::string protocol)
      : events_(events), traffic_(std::move(traffic)), protocol_(std::move(protocol)) {}
  ~AckEvents();
  AckEvents(const AckEvents&) = delete;
  AckEvents& operator=(const AckEvents&) = delete;

  // Of an acknowledged one.
  void Took(Duration took) { took_.Add(took); }
  void Count(const AckCounts& all, TimePoint now);
  // What is not told yet.
  void End(const AckCounts& all, TimePoint now);

 private:
  EventSink& events_;
  const std::string traffic_;
  const std::string protocol_;
  AckCounts told_;
  Latencies took_;
  TimePoint from_{};
};

}  // namespace e2e
