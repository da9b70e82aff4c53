// Ledger: what the server was given and told to do, what it answered, and what was found there afterwards.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <deque>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/descriptor.h"
#include "base/outcome.h"
#include "steps/ledger_changes.h"
#include "steps/ledger_report.h"
#include "steps/ledger_values.h"
#include "steps/mailbox_marks.h"

namespace e2e {

// An append-only file of JSON lines on the host. What a call writes has reached the disk (fdatasync) before the call
// returns, but for Append(), so that the file can be read after a crash of the host, too. Made for 100,000 deliveries:
// what it holds of them in memory is kept small. Move-only; thread rule: used by one thread.
//
// A message comes in by delivery, to whichever mailbox, or by APPEND. Of an appended one the ledger knows where it may
// be and with which flags: an acknowledged operation moves it from state to state, one without an answer leaves both
// possible, a refused one changes nothing (RFC 9051 6.3.12, RFC 6851 3.3: in the source or the target, never in
// neither). The same holds for the text of each script, and for which one is active. A client has one operation under
// way for each message and script.
class Ledger {
 public:
  // Makes the file; one that exists is kInternal, as two ledgers must never share a file.
  static Outcome<Ledger> Create(const std::filesystem::path& path);
  // Reads a file back, also one whose last line was cut off by a crash.
  static Outcome<Ledger> Read(const std::filesystem::path& path);

  // Before the message is sent, so that no message can be unknown to the ledger.
  Status Sending(const LedgerEntry& entry);
  // After the server's answer, or the loss of the connection.
  Status Answered(const std::string& id, Ack ack, const std::string& reply);
  // Both for many messages, which the disk gets in one piece: answers, and then what is sent next.
  Status Record(const std::vector<LedgerAnswer>& answers, const std::vector<LedgerEntry>& sending);
  // Record() in two calls: lines that outlive the harness at once, and the host's crash from Sync() on.
  Status Append(const std::vector<LedgerAnswer>& answers, const std::vector<LedgerEntry>& sending);
  Status Sync();
  // Before the message is appended to this mailbox; its answer is Answered().
  Status Appending(const LedgerEntry& entry, const std::string& mailbox);
  // Before and after what is done to appended messages and to scripts.
  Status Changing(const LedgerChange& change);
  Status Changed(const std::string& id, Ack ack, const std::string& reply);
  // UIDs as they are now; Classify() demands that they stay.
  Status Seen(const std::vector<StoredMessage>& stored);
  // The UID that a message was given as it came into its mailbox (RFC 4315); it must stay, too.
  Status Given(const StoredMessage& message);
  // UIDVALIDITY and UIDNEXT as the server tells them.
  Status Opened(const StoredMailbox& mailbox);
  // What is there in the end, for whoever judges the file later.
  Status ReadBack(const Findings& found);

  const std::deque<LedgerEntry>& entries() const { return entries_; }
  bool Knows(std::string_view id) const { return by_id_.contains(id); }
  // Their texts are the ledger's.
  const std::vector<SeenUid>& seen() const { return seen_; }
  // Of a file that was read: its last read-back that is whole. Nothing when it has none, or something was done
  // later.
  const std::optional<Findings>& found() const { return found_; }
  // Of a file that was read: its last line was cut off, and left out. What it told of was not yet relied on.
  bool torn() const { return torn_; }
  // Of a file that was read: the number of its first line that no ledger writes, and that was left out. What it told of
  // is not known. 0: there is none.
  std::size_t strange() const { return strange_; }
  const std::filesystem::path& path() const { return path_; }
  // Messages.
  std::size_t Acknowledged() const;
  const ChangeCounts& changes() const { return changes_.counts(); }
  // Whether it has messages that came by delivery. One that has none answers for the mailboxes of its own messages
  // only.
  bool Delivers() const { return entries_.size() > changes_.messages(); }
  // The accounts with scripts that it knows.
  std::set<std::string> ScriptAccounts() const;

  LedgerReport Classify(const Findings& found) const;

 private:
  Ledger(std::filesystem::path path, Descriptor fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  Status Write(std::string_view lines);
  // One line, down to the disk.
  Status Put(const std::string& line);
  Status WriteStored(std::string_view op, const std::vector<StoredMessage>& stored);
  // False for a line that is none.
  bool Apply(const std::string& line);
  bool ApplyReadBack(const std::string& op, const nlohmann::json& record);
  void Add(LedgerEntry entry, const std::string& mailbox = "");
  bool Set(const LedgerAnswer& answer);
  void Keep(const StoredMessage& seen, bool given);
  std::string_view Word(const std::string& text);
  // Of Classify().
  void SortMessages(const Findings& found, LedgerReport& report) const;
  void FindStale(const Findings& found, LedgerReport& report) const;
  void CompareScripts(const Findings& found, LedgerReport& report) const;

  std::filesystem::path path_;
  Descriptor fd_;
  // Never moved, so that the index may refer to the ids in it.
  std::deque<LedgerEntry> entries_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::vector<SeenUid> seen_;
  // What the UIDs refer to, each text once.
  std::unordered_set<std::string> words_;
  LedgerChanges changes_;
  MailboxMarks marks_;
  std::optional<Findings> found_;
  // A read-back that is being read, and how many lines of it are to come.
  Findings reading_;
  std::size_t to_come_ = 0;
  bool torn_ = false;
  std::size_t strange_ = 0;
};

}  // namespace e2e
