// Ledger: what the server was given, what it answered, and what was found in its mailboxes afterwards.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/outcome.h"

namespace e2e {

// RFC 5321 4.2.5: only a 2yz reply to the final dot hands over responsibility. A connection lost after the
// dot leaves the outcome open (RFC 1047): such a message may be there or not.
enum class Ack { kOk, kRefused, kUnknown };

struct LedgerEntry {
  std::string id;       // also the value of the message's X-E2E-Id field
  std::string account;  // whose mailbox it goes to
  std::string sha256;   // of the message from its X-E2E-Id line on (steps/message.h)
  long long size = 0;
  Ack ack = Ack::kUnknown;
  std::string reply;
};

struct LedgerAnswer {
  std::string id;
  Ack ack = Ack::kUnknown;
  std::string reply;
};

// One message as read back.
struct StoredMessage {
  std::string account;
  std::string mailbox;
  std::uint32_t uidvalidity = 0;
  std::uint32_t uid = 0;
  std::string id;  // empty when the message carries no X-E2E-Id
  std::string sha256;
};

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
};

// An append-only file of JSON lines on the host. What a call writes has reached the disk (fdatasync) before the call
// returns, so that the file can be read after a kill -9 of the harness. Made for 100,000 messages.
// Move-only; thread rule: used by one thread.
class Ledger {
 public:
  // Makes the file; one that exists is kInternal, as two ledgers must never share a file.
  static Outcome<Ledger> Create(const std::filesystem::path& path);
  // Reads a file back, also one whose last line was cut off by a crash.
  static Outcome<Ledger> Read(const std::filesystem::path& path);
  Ledger(Ledger&& other) noexcept;
  Ledger& operator=(Ledger&& other) noexcept;
  ~Ledger();

  // Before the message is sent, so that no message can be unknown to the ledger.
  Status Sending(const LedgerEntry& entry);
  // After the server's answer, or the loss of the connection.
  Status Answered(const std::string& id, Ack ack, const std::string& reply);
  // Both for many messages, which the disk gets in one piece: answers, and then what is sent next.
  Status Record(const std::vector<LedgerAnswer>& answers, const std::vector<LedgerEntry>& sending);
  // UIDs as they are now; Classify() demands that they stay.
  Status Seen(const std::vector<StoredMessage>& stored);

  const std::deque<LedgerEntry>& entries() const { return entries_; }
  const std::vector<StoredMessage>& seen() const { return seen_; }
  const std::filesystem::path& path() const { return path_; }
  std::size_t Acknowledged() const;

  LedgerReport Classify(const std::vector<StoredMessage>& found) const;

 private:
  explicit Ledger(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  Status Append(const std::string& lines);
  void Apply(const std::string& line);
  void Add(LedgerEntry entry);
  void Set(const LedgerAnswer& answer);

  std::filesystem::path path_;
  int fd_ = -1;
  // Never moved, so that the index may refer to the ids in it.
  std::deque<LedgerEntry> entries_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::vector<StoredMessage> seen_;
};

}  // namespace e2e
