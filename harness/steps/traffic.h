// Traffic: work on the server under test in the background, while other steps run.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/interrupt.h"
#include "steps/ack_counts.h"
#include "steps/ledger.h"

namespace e2e {

// What the work has to itself: a clock, an interrupt, a ledger. Thread rule: the thread of the work, but for Stop(),
// acknowledged() and the interrupt.
class TrafficSite {
 public:
  explicit TrafficSite(Ledger kept) : ledger(std::move(kept)) {}

  // What is under way may still come to its end.
  bool Stopping() const;
  // Until then, or until it is to stop.
  void Wait(TimePoint until);
  // For who waits for it: what `counts` says by now.
  void Tell() { acknowledged_ = counts.acknowledged; }

  void Stop();
  std::size_t acknowledged() const { return acknowledged_.load(); }

  Interrupt interrupt;
  SystemClock clock{interrupt};
  Ledger ledger;
  AckCounts counts;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::atomic<std::size_t> acknowledged_{0};
};

class TrafficWork {
 public:
  virtual ~TrafficWork() = default;
  // Until it is to stop, or all is done. A server that is away is tried again; a ledger that can't be written is an
  // error. An operation may take 10 s, so that a frozen server does not hold the end up for longer.
  virtual Status Run(TrafficSite& site) = 0;
};

// What came of it.
struct TrafficResult {
  Ledger ledger;
  AckCounts counts;
  std::optional<Error> broken;
};

// One thread, which shares nothing with other threads. The destructor ends it at once, whatever it waits for.
class Traffic {
 public:
  // Begins.
  Traffic(std::unique_ptr<TrafficWork> work, Ledger ledger);
  ~Traffic();
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  // Operations so far. Any thread.
  std::size_t Acknowledged() const { return site_.acknowledged(); }
  // Lets the operation that is under way come to its end, for at most 10 s, and gives what was done. Once.
  TrafficResult Stop();

 private:
  const std::unique_ptr<TrafficWork> work_;
  TrafficSite site_;
  std::optional<Error> broken_;
  std::thread thread_;
};

}  // namespace e2e
