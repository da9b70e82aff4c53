// Ledger: what the server was given, what it answered, and what was found in its mailboxes afterwards.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/outcome.h"
#include "steps/ledger_report.h"

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

// A UID that was recorded, and the message that had it.
struct SeenUid {
  std::string_view account;
  std::string_view mailbox;
  std::uint32_t uidvalidity = 0;
  std::uint32_t uid = 0;
  std::string_view id;
};

// An append-only file of JSON lines on the host. What a call writes has reached the disk (fdatasync) before the call
// returns, but for Append(), so that the file can be read after a crash of the host, too. Made for 100,000 messages: what it holds of
// them in memory is kept small. Move-only; thread rule: used by one thread.
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
  // Record() in two calls: lines that outlive the harness at once, and the host's crash from Sync() on.
  Status Append(const std::vector<LedgerAnswer>& answers, const std::vector<LedgerEntry>& sending);
  Status Sync();
  // UIDs as they are now; Classify() demands that they stay.
  Status Seen(const std::vector<StoredMessage>& stored);
  // What the mailboxes hold in the end, for whoever judges the file later.
  Status ReadBack(const std::vector<StoredMessage>& found);

  const std::deque<LedgerEntry>& entries() const { return entries_; }
  // Their texts are the ledger's.
  const std::vector<SeenUid>& seen() const { return seen_; }
  // Of a file that was read: its last read-back that is whole. Nothing when it has none, or messages that were sent
  // later.
  const std::optional<std::vector<StoredMessage>>& found() const { return found_; }
  // Of a file that was read: its last line was cut off, and left out. What it told of was not yet relied on.
  bool torn() const { return torn_; }
  const std::filesystem::path& path() const { return path_; }
  std::size_t Acknowledged() const;

  LedgerReport Classify(const std::vector<StoredMessage>& found) const;

 private:
  explicit Ledger(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  Status Write(std::string_view lines);
  Status WriteStored(std::string_view op, const std::vector<StoredMessage>& stored);
  void Apply(const std::string& line);
  void Add(LedgerEntry entry);
  void Set(const LedgerAnswer& answer);
  void Keep(const StoredMessage& seen);
  std::string_view Word(const std::string& text);

  std::filesystem::path path_;
  int fd_ = -1;
  // Never moved, so that the index may refer to the ids in it.
  std::deque<LedgerEntry> entries_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::vector<SeenUid> seen_;
  // What the UIDs refer to, each text once.
  std::unordered_set<std::string> words_;
  std::optional<std::vector<StoredMessage>> found_;
  // A read-back that is being read, and how many messages it has.
  std::vector<StoredMessage> reading_;
  std::size_t reading_size_ = 0;
  bool torn_ = false;
};

}  // namespace e2e
