// ReasonHistory: why something was not yet so, over time; what a timed-out wait has to tell.
#pragma once

#include <fmt/format.h>

#include <deque>
#include <string>
#include <utility>

#include "base/clock.h"

namespace e2e {

// Keeps the last few distinct reasons in the order in which they came.
class ReasonHistory {
 public:
  // False when it is the same as the one before.
  bool Add(Duration at, const std::string& reason) {
    if (!entries_.empty() && entries_.back().second == reason) return false;
    entries_.emplace_back(at, reason);
    if (entries_.size() > kKept) entries_.pop_front();
    return true;
  }

  std::string Last() const { return entries_.empty() ? "no reason known" : entries_.back().second; }

  // "after 1.2s: …" lines.
  std::string Text() const {
    std::string text;
    for (const auto& [at, reason] : entries_) {
      text += fmt::format("{}after {}: {}", text.empty() ? "" : "\n", e2e::Text(at), reason);
    }
    return text;
  }

 private:
  static constexpr std::size_t kKept = 6;

  std::deque<std::pair<Duration, std::string>> entries_;
};

}  // namespace e2e
