// Outage: when ports did not serve, made out of samples, and held against what the kubelet said of the pod.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/port_sampler.h"

namespace e2e {

// From the beginning of the first sample that failed to that of the next good one: each end is late by one sampling
// period at most, and so is off the length by at most one.
struct Outage {
  TimePoint first_failed;
  // Nothing when it had not ended.
  std::optional<TimePoint> first_good;
  // How the samples in it ended.
  std::map<SampleEnd, int> ends;
};

struct Availability {
  std::string port;
  std::size_t samples = 0;
  std::vector<Outage> outages;
  // The longest outage, up to the end of the measurement when it had not ended. 0: there was none.
  Duration longest{0};
  // Of the good samples.
  Duration slowest{0};
};

// `samples` are those of one port in any order; `end` is when the measurement ended.
Availability Assess(std::string port, std::vector<Sample> samples, TimePoint end);

struct Span {
  TimePoint from, to;
};
// A change of the pod's condition Ready, as the API told it.
struct ReadyChange {
  TimePoint at;
  bool ready = false;
};

// What the probes said against what clients saw. "Serving": no port is in an outage.
struct ProbeTruth {
  std::vector<Span> ready_not_serving;
  std::vector<Span> serving_not_ready;
};
// `changes` are in their order; before the first one nothing is compared.
ProbeTruth Compare(const std::vector<ReadyChange>& changes, const std::vector<Availability>& ports, TimePoint end);

Duration Total(const std::vector<Span>& spans);

}  // namespace e2e
