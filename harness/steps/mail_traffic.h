// MailTraffic: messages that are submitted in the background while other steps run.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/interrupt.h"
#include "net/endpoint.h"
#include "net/smtp_client.h"
#include "steps/account.h"
#include "steps/ledger.h"
#include "steps/server_profile.h"

namespace e2e {

struct TrafficPlan {
  Endpoint endpoint;
  Security security = Security::kStartTls;
  // They send to each other; at least one.
  std::vector<Account> accounts;
  ServerProfile profile;
  // What the ids of the messages begin with; unique in the mailboxes.
  std::string id_prefix;
  std::size_t size = 2048;
  // No more than so many messages are submitted.
  std::size_t count = 0;
  // From the beginning of one message to that of the next.
  Duration interval{200};
};

// What came of it.
struct TrafficResult {
  Ledger ledger;
  std::size_t acknowledged = 0, refused = 0, unknown = 0;
  // Sessions that could not be opened, as when the server was away.
  std::size_t unreachable = 0;
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

  // Lets the message that is under way come to its end, for at most 10 s, and gives what was done. Once.
  TrafficResult Stop();

 private:
  void Run();
  void Session();
  // False when that was the session's last message.
  bool SendOne(SmtpClient& smtp, const Account& from);
  Outcome<SmtpClient> Open(const Account& from);
  // Until `until`; false when there is nothing more to do.
  bool Pause(TimePoint until);
  bool Done();

  const TrafficPlan plan_;
  Interrupt interrupt_;
  SystemClock clock_{interrupt_};
  TrafficResult result_;
  std::size_t sent_ = 0;
  std::size_t sessions_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace e2e
