#include "base/wait.h"

#include <fmt/format.h>

#include <deque>

namespace e2e {
namespace {

constexpr std::size_t kReasonsKept = 6;

// The distinct reasons in the order in which they came, the oldest dropped first.
class ReasonHistory {
 public:
  bool Add(Duration at, const std::string& reason) {
    if (!entries_.empty() && entries_.back().second == reason) return false;
    entries_.emplace_back(at, reason);
    if (entries_.size() > kReasonsKept) entries_.pop_front();
    return true;
  }
  std::string Last() const { return entries_.empty() ? "no reason known" : entries_.back().second; }
  std::string Text() const {
    std::string text;
    for (const auto& [at, reason] : entries_) text += fmt::format("after {}: {}\n", e2e::Text(at), reason);
    if (!text.empty()) text.pop_back();
    return text;
  }

 private:
  std::deque<std::pair<Duration, std::string>> entries_;
};

}  // namespace

Status WaitUntil(Clock& clock, std::string_view what, Deadline deadline, const WaitOptions& options,
                 const std::function<Outcome<Probe>()>& probe) {
  const TimePoint start = clock.Now();
  ReasonHistory reasons;
  for (int probes = 1;; ++probes) {
    const bool last = deadline.Passed(clock);
    E2E_TRY(const Probe seen, probe(), fmt::format("waiting for {}", what));
    if (seen.ready()) return {};
    const auto elapsed = std::chrono::duration_cast<Duration>(clock.Now() - start);
    if (reasons.Add(elapsed, seen.reason()) && options.on_reason) options.on_reason(elapsed, seen.reason());
    if (last) {
      return Error(ErrorKind::kTimeout, fmt::format("{} not reached within {} ({} probes): {}", what, Text(elapsed),
                                                    probes, reasons.Last()))
          .Detail(reasons.Text());
    }
    if (!clock.SleepUntil(std::min(deadline.at(), clock.Now() + options.interval))) {
      return Error(ErrorKind::kInterrupted, fmt::format("interrupted while waiting for {}: {}", what, reasons.Last()));
    }
  }
}

}  // namespace e2e
