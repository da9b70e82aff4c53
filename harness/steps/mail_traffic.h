// MailTraffic: messages that are submitted in the background while other steps run.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/interrupt.h"
#include "net/smtp_values.h"
#include "steps/ledger.h"
#include "steps/mail_feed.h"

namespace e2e {

struct TrafficPlan {
  SmtpOptions server;
  FeedPlan feed;
  // No more than so many messages are submitted.
  std::size_t count = 0;
};

// What came of it.
struct TrafficResult {
  Ledger ledger;
  FeedCounts counts;
  // A ledger that could not be written is the end of the traffic.
  std::optional<Error> broken;
};

// One thread with a clock, an interrupt and connections of its own; it shares nothing with other threads. A server that
// is away is tried again. The destructor ends it at once, whatever it waits for.
class MailTraffic {
 public:
  // Begins to send.
  MailTraffic(TrafficPlan plan, Ledger ledger);
  ~MailTraffic();
  MailTraffic(const MailTraffic&) = delete;
  MailTraffic& operator=(const MailTraffic&) = delete;

  // So far. Any thread.
  std::size_t Acknowledged() const { return acknowledged_.load(); }
  // Lets the message that is under way come to its end, for at most 10 s, and gives what was done. Once.
  TrafficResult Stop();

 private:
  class Feed;
  void Run();

  const TrafficPlan plan_;
  Interrupt interrupt_;
  SystemClock clock_{interrupt_};
  TrafficResult result_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::atomic<std::size_t> acknowledged_{0};
  std::thread thread_;
};

}  // namespace e2e
