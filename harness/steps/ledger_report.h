// LedgerReport: what came of holding a ledger against mailboxes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace e2e {

// A pair of ledger and mailboxes, sorted into classes (Jepsen's set test). Each list holds one line for
// each message, fit to be shown. Where a message may be and with which flags is said in steps/ledger.h.
struct LedgerReport {
  std::size_t acknowledged = 0;          // messages
  std::size_t changes = 0;               // and what was done to them and to scripts
  std::size_t demanded = 0;              // messages that must be there
  std::vector<std::string> lost;         // must be there, not found anywhere
  std::vector<std::string> recovered;    // may be there or not, found
  std::vector<std::string> resurrected;  // found where it must not be: refused, expunged, moved away. Such a copy is
                                         // neither a duplicate nor makes the message lost
  std::vector<std::string> duplicate;    // found more than once where it may be; after a move without an answer each
                                         // of both mailboxes may have it
  std::vector<std::string> corrupt;      // found with other octets
  std::vector<std::string> phantom;      // found, never sent, or not to this account
  std::vector<std::string> stale;        // UIDVALIDITY, UIDNEXT or UID not what it was (RFC 9051 2.3.1.1)
  std::vector<std::string> flags;        // found with flags that it can't have
  std::vector<std::string> scripts;      // with a text that it can't have, or another one is active

  // "200 acknowledged: 0 lost, 0 corrupt, …", or "200 messages and 610 changes acknowledged: …".
  std::string Summary() const;
  // "Lost", "Corrupt", …: the first class, in the order of Details(), that is wrong; empty when none is.
  std::string Worst() const;
  // Whether nothing is wrong: what is recovered may be.
  bool Clean() const;
  // The first few of each class that is wrong.
  std::string Details() const;
};

}  // namespace e2e
