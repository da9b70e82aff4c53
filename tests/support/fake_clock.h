// FakeClock: time that passes only by sleeping, so that waits take none.
#pragma once

#include <functional>
#include <vector>

#include "base/clock.h"

namespace e2e {

class FakeClock : public Clock {
 public:
  TimePoint Now() const override { return now_; }
  WallTime WallNow() const override {
    return WallTime(std::chrono::seconds(1'795'000'000)) + std::chrono::duration_cast<Duration>(now_ - TimePoint());
  }
  bool SleepUntil(TimePoint until) override {
    ++sleeps;
    if (interrupted) return false;
    Advance(std::chrono::duration_cast<Duration>(until - now_));
    return true;
  }

  // Takes the callbacks of the time in between with it.
  void Advance(Duration by) {
    if (by > Duration(0)) now_ += by;
    if (on_advance) on_advance(now_);
  }

  Duration Elapsed() const { return std::chrono::duration_cast<Duration>(now_ - TimePoint()); }

  bool interrupted = false;
  int sleeps = 0;
  std::function<void(TimePoint)> on_advance;

 private:
  TimePoint now_{};
};

}  // namespace e2e
