// WaitUntil: the one way to wait for something. A wait has a name, a deadline and, while pending, a reason.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/outcome.h"

namespace e2e {

// What a probe says about the awaited state. A probe that returns an Error instead says that waiting is
// hopeless: the wait ends at once with it.
class Probe {
 public:
  static Probe Ready() { return Probe(true, ""); }
  static Probe Pending(std::string reason) { return Probe(false, std::move(reason)); }
  bool ready() const { return ready_; }
  const std::string& reason() const { return reason_; }

 private:
  Probe(bool ready, std::string reason) : ready_(ready), reason_(std::move(reason)) {}
  bool ready_;
  std::string reason_;
};

struct WaitOptions {
  // Time between two probes. Default: 1 s, the most that a Kubernetes API server should be asked.
  Duration interval{1000};
  // Called whenever the pending reason changes, with the time since the wait began.
  std::function<void(Duration, const std::string&)> on_reason;
};

// Probes once before the first pause and once after the deadline. kTimeout carries `what`, the time
// spent, the number of probes and the last distinct reasons with their times; kInterrupted when the user
// asked to stop.
Status WaitUntil(Clock& clock, std::string_view what, Deadline deadline, const WaitOptions& options,
                 const std::function<Outcome<Probe>()>& probe);

}  // namespace e2e
