#include "base/wait.h"

#include <fmt/format.h>

#include "base/reason_history.h"
#include "base/wait_watcher.h"

namespace e2e {

Status WaitUntil(Clock& clock, std::string_view what, Deadline deadline, const WaitOptions& options,
                 const std::function<Outcome<Probe>()>& probe) {
  const TimePoint start = clock.Now();
  ReasonHistory reasons;
  WaitNotice notice(what, start, deadline.at());
  for (int probes = 1;; ++probes) {
    const bool last = deadline.Passed(clock);
    E2E_TRY(const Probe seen, probe(), fmt::format("waiting for {}", what));
    if (seen.ready()) return {};
    notice.Pending(seen.reason());
    const auto elapsed = std::chrono::duration_cast<Duration>(clock.Now() - start);
    if (reasons.Add(elapsed, seen) && options.on_reason) options.on_reason(elapsed, seen.reason());
    if (last) {
      const auto limit = std::chrono::duration_cast<Duration>(deadline.at() - start);
      return reasons.TimedOut(what, elapsed, limit, fmt::format("{} probes", probes));
    }
    if (!clock.SleepUntil(std::min(deadline.at(), clock.Now() + options.interval))) {
      return Error(ErrorKind::kInterrupted, fmt::format("interrupted while waiting for {}: {}", what, reasons.Last()));
    }
  }
}

}  // namespace e2e
