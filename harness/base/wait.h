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
  // `code` is the cause's name where one is known; a timeout carries it.
  static Probe Pending(std::string reason, std::string code = "") {
    return Probe(false, std::move(reason), std::move(code));
  }
  bool ready() const { return ready_; }
  const std::string& reason() const { return reason_; }
  const std::string& code() const { return code_; }

 private:
  Probe(bool ready, std::string reason, std::string code = "")
      : ready_(ready), reason_(std::move(reason)), code_(std::move(code)) {}
  bool ready_;
  std::string reason_;
  std::string code_;
};

struct WaitOptions {
  // Time between two probes. Default: 1 s, the most that a Kubernetes API server should be asked.
  Duration interval{1000};
  // Called whenever the pending reason changes, with the time since the wait began.
  std::function<void(Duration, const std::string&)> on_reason;
};

// Probes once before the first pause and once after the deadline. kTimeout carries `what`, the time spent and the
// limit, the number of probes, the last reason with its code, and the last distinct reasons with their times;
// kInterrupted when the user asked to stop.
Status WaitUntil(Clock& clock, std::string_view what, Deadline deadline, const WaitOptions& options,
                 const std::function<Outcome<Probe>()>& probe);

}  // namespace e2e
