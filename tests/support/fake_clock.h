// FakeClock: time that passes only by sleeping, so that waits take none, or when a test says so.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "base/clock.h"

namespace e2e {

class FakeClock : public Clock {
 public:
  TimePoint Now() const override { return now_.load(); }
  WallTime WallNow() const override {
    return WallTime(std::chrono::seconds(1'795'000'000)) + std::chrono::duration_cast<Duration>(Now() - TimePoint());
  }
  bool SleepUntil(TimePoint until) override {
    ++sleeps;
    if (interrupted) return false;
    Advance(std::chrono::duration_cast<Duration>(until - Now()));
    return true;
  }

  // Takes the callbacks of the time in between with it. Without such a callback another thread may call it.
  void Advance(Duration by) {
    if (by > Duration(0)) now_.store(Now() + by);
    if (on_advance) on_advance(Now());
  }

  Duration Elapsed() const { return std::chrono::duration_cast<Duration>(Now() - TimePoint()); }

  bool interrupted = false;
  int sleeps = 0;
  std::function<void(TimePoint)> on_advance;

 private:
  std::atomic<TimePoint> now_{TimePoint()};
};

}  // namespace e2e
