// OutageMeter: samples ports and follows the pod's readiness in the background, while other steps break things.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/interrupt.h"
#include "cluster/kube_api.h"
#include "cluster/kubeconfig.h"
#include "net/port_sampler.h"
#include "steps/outage.h"

namespace e2e {

struct MeterPlan {
  std::vector<SampledPort> ports;
  // A greeting that takes longer is a failed sample.
  Duration patience{2'000};
  // Whose condition Ready is followed, by watch. Default: nobody's.
  std::optional<Kubeconfig> api;
  ListQuery pods;
};

struct MeterReport {
  std::vector<Availability> ports;
  // Of the pod, when it was followed. None: the API never told of it.
  std::vector<ReadyChange> changes{};
  ProbeTruth probes;
  Duration measured{0};
  // Where the monotonic clock stood at this wall time.
  TimePoint ended;
  WallTime ended_wall;

  // "smtp 6.2s from 02:14:03.120 (62 closed)": one line for each port.
  std::string Text() const;
  nlohmann::json ToJson() const;
};

// Two threads with clocks and connections of their own, which share nothing with other threads. The destructor ends
// both at once.
class OutageMeter {
 public:
  // Begins to measure.
  explicit OutageMeter(MeterPlan plan);
  ~OutageMeter();
  OutageMeter(const OutageMeter&) = delete;
  OutageMeter& operator=(const OutageMeter&) = delete;

  // Ends the measurement, and gives what it came to. Once.
  MeterReport Stop();

 private:
  void Sample();
  void FollowPod();

  const MeterPlan plan_;
  Interrupt interrupt_;
  SystemClock clock_{interrupt_};
  const TimePoint begun_;
  // Each by the port's place in the list.
  std::vector<std::vector<e2e::Sample>> samples_;
  std::vector<ReadyChange> changes_;
  std::thread sampler_;
  std::thread follower_;
};

}  // namespace e2e
