#include "steps/port_events.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "steps/latency_event.h"

namespace e2e {
namespace {

constexpr Duration kLongest{1'000};

}  // namespace

PortEvents::~PortEvents() {
  for (std::size_t port = 0; port < runs_.size(); ++port) {
    Tell(port);
    TellLatencies(events_, ports_[port].name + (ports_[port].request.empty() ? " greeting" : " answer"), took_[port]);
  }
}

void PortEvents::Add(const Sample& sample) {
  Run& run = runs_[sample.port];
  if (run.end != sample.end || sample.begun - run.from >= kLongest) Tell(sample.port);
  // Those that hang end late, in another order than they began.
  run.from = run.samples == 0 ? sample.begun : std::min(run.from, sample.begun);
  run.until = run.samples == 0 ? sample.begun : std::max(run.until, sample.begun);
  run.end = sample.end;
  run.slowest = std::max(run.slowest, sample.took);
  ++run.samples;
  if (sample.end == SampleEnd::kGood) took_[sample.port].Add(sample.took);
}

void PortEvents::Tell(std::size_t port) {
  Run& run = runs_[port];
  if (run.samples > 0) {
    events_.Tell("port", {{"port", ports_[port].name},
                          {"ended", Name(run.end)},
                          {"samples", run.samples},
                          {"from", Moment(run.from)},
                          {"until", Moment(run.until)},
                          {"slowest", Seconds(run.slowest)}});
  }
  run = {};
}

}  // namespace e2e
