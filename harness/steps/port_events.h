// PortEvents: samples of ports as events of the run, those that ended alike together, and how long the good ones took.
#pragma once

#include <vector>

#include "base/event_sink.h"
#include "base/latencies.h"
#include "net/port_sampler.h"

namespace e2e {

// Tells `port` when a sample ends otherwise than the ones before it, and at least once a second of sampling; at its end
// `latency` for each port. Thread rule: one thread.
class PortEvents {
 public:
  // Both outlive it.
  PortEvents(EventSink& events, const std::vector<SampledPort>& ports)
      : events_(events), ports_(ports), runs_(ports.size()), took_(ports.size()) {}
  // What is not told yet.
  ~PortEvents();
  PortEvents(const PortEvents&) = delete;
  PortEvents& operator=(const PortEvents&) = delete;

  void Add(const Sample& sample);

 private:
  struct Run {
    int samples = 0;
    SampleEnd end = SampleEnd::kGood;
    TimePoint from, until;
    Duration slowest{0};
  };
  void Tell(std::size_t port);

  EventSink& events_;
  const std::vector<SampledPort>& ports_;
  std::vector<Run> runs_;
  // Of the good samples.
  std::vector<Latencies> took_;
};

}  // namespace e2e
