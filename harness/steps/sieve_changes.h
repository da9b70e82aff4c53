// SieveChanges: scripts put, activated and deleted. Whichever is active, it keeps all mail.
#pragma once

#include <array>
#include <optional>
#include <random>
#include <string>

#include "net/sieve_client.h"
#include "steps/change_traffic.h"

namespace e2e {

// The scripts are its own.
class SieveChanges : public ChangeClient {
 public:
  SieveChanges(ChangePlan plan, SieveOptions server);
  Status Open(TrafficSite& site, Deadline deadline) override;
  Outcome<Ack> Change(TrafficSite& site, Deadline deadline) override;
  void Close(Deadline deadline) override;

 private:
  struct Script {
    std::string name;
    // Surely.
    bool there = false;
  };

  Outcome<Ack> Put(TrafficSite& site, Script& script, Deadline deadline);
  Outcome<Ack> Activate(TrafficSite& site, const Script& script, Deadline deadline);
  Outcome<Ack> Delete(TrafficSite& site, Script& script, Deadline deadline);
  Outcome<Ack> Do(TrafficSite& site, LedgerChange change, const std::string& command, Deadline deadline);
  std::string NextId();
  std::size_t Draw(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

  const ChangePlan plan_;
  const SieveOptions server_;
  std::array<Script, 3> scripts_;
  // Nothing: it is not known, as in the beginning.
  std::optional<std::string> active_;
  std::mt19937_64 random_;
  std::optional<SieveClient> sieve_;
  std::size_t operations_ = 0;
};

}  // namespace e2e
