// Clock: the seam through which all waiting and time-taking goes, so that tests run in no time.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

namespace e2e {

class Interrupt;

using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint Now() const = 0;
  virtual WallTime WallNow() const = 0;
  // Sleeps until `until`, or less when the user interrupts: then false at once.
  virtual bool SleepUntil(TimePoint until) = 0;
};

// An absolute point in time that flows down to every call made on its behalf.
class Deadline {
 public:
  explicit Deadline(TimePoint at) : at_(at) {}
  static Deadline In(const Clock& clock, Duration left) { return Deadline(clock.Now() + left); }

  TimePoint at() const { return at_; }
  // Never negative.
  Duration Left(const Clock& clock) const {
    return std::max(Duration(0), std::chrono::duration_cast<Duration>(at_ - clock.Now()));
  }
  bool Passed(const Clock& clock) const { return clock.Now() >= at_; }
  static Deadline Min(Deadline a, Deadline b) { return a.at_ < b.at_ ? a : b; }
  Deadline Plus(Duration extra) const { return Deadline(at_ + extra); }

 private:
  TimePoint at_;
};

// The machine's clock. `interrupt` must outlive it and cuts sleeps short.
class SystemClock : public Clock {
 public:
  explicit SystemClock(const Interrupt& interrupt) : interrupt_(interrupt) {}
  TimePoint Now() const override { return std::chrono::steady_clock::now(); }
  WallTime WallNow() const override { return std::chrono::system_clock::now(); }
  bool SleepUntil(TimePoint until) override;

 private:
  const Interrupt& interrupt_;
};

// "850ms", "4.2s", "1m03s".
std::string Text(Duration duration);
// "2026-11-24T02:30:00.123Z", RFC 3339 in UTC.
std::string Rfc3339(WallTime time);

}  // namespace e2e
