// ReasonHistory: why something was not yet so, over time; what a timed-out wait has to tell.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/wait.h"

namespace e2e {

// Keeps the last few distinct reasons in the order in which they came.
class ReasonHistory {
 public:
  // False when it is the same as the one before.
  bool Add(Duration at, const Probe& pending) {
    if (!entries_.empty() && entries_.back().pending.reason() == pending.reason()) return false;
    entries_.push_back({at, pending});
    if (entries_.size() > kKept) entries_.pop_front();
    return true;
  }

  std::string Last() const { return entries_.empty() ? "no reason known" : entries_.back().pending.reason(); }

  // "after 1.2s: …" lines.
  std::string Text() const {
    std::string text;
    for (const Entry& entry : entries_) {
      text += fmt::format("{}after {}: {}", text.empty() ? "" : "\n", e2e::Text(entry.at), entry.pending.reason());
    }
    return text;
  }

  // The error of a wait for `what` that had `limit`, with the code of the last reason. `counted`: "12 probes".
  Error TimedOut(std::string_view what, Duration elapsed, Duration limit, std::string_view counted) const {
    Error error(ErrorKind::kTimeout,
                fmt::format("{} not reached within {} (limit {}, {}): {}", what, e2e::Text(elapsed),
                            e2e::Text(std::max(limit, Duration(0))), counted, Last()));
    if (!entries_.empty()) error.Because(entries_.back().pending.code());
    return error.Detail(Text());
  }

 private:
  struct Entry {
    Duration at;
    Probe pending;
  };
  static constexpr std::size_t kKept = 6;

  std::deque<Entry> entries_;
};

}  // namespace e2e
