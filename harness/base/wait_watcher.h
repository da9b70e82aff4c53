// WaitWatcher: learns what the waits of its thread are pending on, for a line that a person watches.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace e2e {

struct PendingWait {
  std::string what;
  std::string reason;
  TimePoint start;
  TimePoint limit;
};

// Calls come from the thread that waits.
class WaitWatcher {
 public:
  virtual ~WaitWatcher() = default;
  // At each look that found the wait pending.
  virtual void Pending(const PendingWait& wait) = 0;
  virtual void Over() = 0;
};

// Makes `watcher` that of this thread for as long as the object lives; it must outlive it. One at a time.
class WatchThisThread {
 public:
  explicit WatchThisThread(WaitWatcher& watcher);
  ~WatchThisThread();
  WatchThisThread(const WatchThisThread&) = delete;
  WatchThisThread& operator=(const WatchThisThread&) = delete;
};

// One wait, as seen by whoever waits. Without a watcher nothing happens.
class WaitNotice {
 public:
  WaitNotice(std::string_view what, TimePoint start, TimePoint limit)
      : wait_{.what = std::string(what), .reason = "", .start = start, .limit = limit} {}
  ~WaitNotice();
  WaitNotice(const WaitNotice&) = delete;
  WaitNotice& operator=(const WaitNotice&) = delete;

  void Pending(const std::string& reason);

 private:
  PendingWait wait_;
};

}  // namespace e2e
