// OutageLimits: what a measurement of ports may show at worst.
#pragma once

#include <string>

#include "base/outcome.h"
#include "steps/outage_meter.h"

namespace e2e {

struct OutageLimits {
  // The longest time that a port may be away.
  Duration budget{60'000};
  // Each port must have been away: a fault reached the clients.
  bool seen = false;
  // How long all in all the pod may be called ready while a port is away. The kubelet needs a moment to see that a
  // container ended.
  Duration false_ready{20'000};
  // What the pod was called must be known.
  bool pod_known = true;
};

// The report's text when all is kept. kExpectation names what is over; kInconclusive when a port has no sample, when
// the pod was not seen, and when a port that had to be away was not.
Outcome<std::string> JudgeOutage(const MeterReport& report, const OutageLimits& limits);

}  // namespace e2e
