// LedgerReport: what came of holding a ledger against mailboxes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace e2e {

// A pair of ledger and mailboxes, sorted into classes (Jepsen's set test). Each list holds one line for
// each message, fit to be shown.
struct LedgerReport {
  std::size_t acknowledged = 0;
  std::vector<std::string> lost;         // ok, not found
  std::vector<std::string> recovered;    // unknown, found
  std::vector<std::string> resurrected;  // refused, found
  std::vector<std::string> duplicate;    // found more than once
  std::vector<std::string> corrupt;      // found with other octets
  std::vector<std::string> phantom;      // found, never sent, or not to this account
  std::vector<std::string> stale;        // UIDVALIDITY or UID not what it was (RFC 9051 2.3.1.1)

  // "200 acknowledged: 0 lost, 0 corrupt, …".
  std::string Summary() const;
  // Whether nothing is wrong: what is recovered may be.
  bool Clean() const;
  // The first few of each class that is wrong.
  std::string Details() const;
};

}  // namespace e2e
