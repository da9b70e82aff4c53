// ChangeTraffic: changes to mailboxes or scripts in the background, one after the other over one session.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "steps/account.h"
#include "steps/ack_events.h"
#include "steps/size_mix.h"
#include "steps/traffic.h"

namespace e2e {

struct ChangePlan {
  Account account;
  // What the ids of messages and operations begin with; unique in the scenario.
  std::string id_prefix;
  // What the names of mailboxes and scripts begin with. Nobody else uses them.
  std::string name;
  SizeMix sizes{{2048, 2048}};
  // Which changes there are.
  std::uint64_t seed = 1;
  // Operations a second at most.
  long long rate = 1;
  // No more than so many operations.
  std::size_t count = 0;
};

// A client that knows what it has done. Errors of both: kInfra and kInconclusive are the end of the traffic; any other
// one is the end of the session, with nothing under way.
class ChangeClient {
 public:
  virtual ~ChangeClient() = default;
  // A new session; the one before is gone.
  virtual Status Open(TrafficSite& site, Deadline deadline) = 0;
  // The next operation, which the ledger has before it begins and its answer after it. kUnknown: the session was lost.
  // What an operation without an answer was for is left alone until an acknowledged one makes it known again.
  virtual Outcome<Ack> Change(TrafficSite& site, Deadline deadline) = 0;
  virtual void Close(Deadline deadline) = 0;
};

class ChangeTraffic : public TrafficWork {
 public:
  // Of the plan, only the rate and the count are its own.
  ChangeTraffic(ChangePlan plan, std::unique_ptr<ChangeClient> client)
      : plan_(std::move(plan)), client_(std::move(client)) {}
  Status Run(TrafficSite& site) override;

 private:
  // One operation, or an attempt to open the session for it.
  Status Turn(TrafficSite& site, AckEvents& events);

  const ChangePlan plan_;
  const std::unique_ptr<ChangeClient> client_;
  bool open_ = false;
  std::size_t done_ = 0;
  TimePoint next_at_{};
};

}  // namespace e2e
