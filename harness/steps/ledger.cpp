#include "steps/ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "steps/ledger_lines.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::size_t kPiece = 256 * 1024;
Error FileError(const std::filesystem::path& path, const char* doing) {
  return Error(ErrorKind::kInfra, fmt::format("ledger {}: {} failed: {}", path.string(), doing, std::strerror(errno)));
}

}  // namespace

Outcome<Ledger> Ledger::Create(const std::filesystem::path& path) {
  Descriptor fd(open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd.open() && errno == EEXIST) return Error(ErrorKind::kInternal, "ledger " + path.string() + " exists already");
  if (!fd.open()) return FileError(path, "open");
  return Ledger(path, std::move(fd));
}

Outcome<Ledger> Ledger::Read(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) return FileError(path, "open");
  Ledger ledger(path, Descriptor());
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    // A last line without its newline was never complete.
    if (in.eof()) {
      ledger.torn_ = true;
    } else if (!ledger.Apply(line) && ledger.strange_ == 0) {
      ledger.strange_ = number;
    }
  }
  return ledger;
}

Status Ledger::Write(std::string_view lines) {
  for (std::size_t done = 0; done < lines.size();) {
    const ssize_t n = write(fd_.get(), lines.data() + done, lines.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FileError(path_, "write");
    done += static_cast<std::size_t>(n);
  }
  return {};
}

Status Ledger::Sync() {
  if (fdatasync(fd_.get()) != 0) return FileError(path_, "fdatasync");
  return {};
}

bool Ledger::Apply(const std::string& line) try {
  const json record = json::parse(line);
  const std::string op = record.value("op", "");
  if (op == "sending" || op == "changing") found_.reset();
  if (op == "sending") {
    Add({record.value("id", ""), record.value("account", ""), record.value("sha256", ""), record.value("size", 0LL),
         Ack::kUnknown, ""},
        record.value("mailbox", ""));
  } else if (op == "answered") {
    return Set(AnswerFrom(record));
  } else if (op == "changing") {
    changes_.Begin(ChangeFrom(record));
  } else if (op == "changed") {
    changes_.End(AnswerFrom(record));
  } else if (op == "seen" || op == "given") {
    Keep(StoredFrom(record), op == "given");
  } else if (op == "opened") {
    marks_.Opened(MailboxFrom(record));
  } else {
    return ApplyReadBack(op, record);
  }
  return true;
} catch (const json::exception&) {
  return false;
}

bool Ledger::ApplyReadBack(const std::string& op, const json& record) {
  if (op == "read-back") {
    reading_ = {};
    to_come_ = FoundLines(record);
    if (to_come_ == 0) found_.emplace();
    return true;
  }
  if (to_come_ == 0) return false;
  if (op == "found") {
    reading_.messages.push_back(StoredFrom(record));
  } else if (op == "found-mailbox") {
    reading_.mailboxes.push_back(MailboxFrom(record));
  } else if (op == "found-script") {
    reading_.scripts.push_back(ScriptFrom(record));
  } else {
    return false;
  }
  if (--to_come_ == 0) found_ = std::exchange(reading_, {});
  return true;
}

void Ledger::Add(LedgerEntry entry, const std::string& mailbox) {
  const LedgerEntry& kept = entries_.emplace_back(std::move(entry));
  by_id_[kept.id] = entries_.size() - 1;
  if (!mailbox.empty()) changes_.Append(kept.id, kept.account, mailbox);
}

bool Ledger::Set(const LedgerAnswer& answer) {
  const auto at = by_id_.find(answer.id);
  if (at == by_id_.end()) return false;
  entries_[at->second].ack = answer.ack;
  entries_[at->second].reply = answer.reply;
  changes_.EndAppend(answer.id, answer.ack);
  return true;
}

Status Ledger::Record(const std::vector<LedgerAnswer>& answers, const std::vector<LedgerEntry>& sending) {
  if (answers.empty() && sending.empty()) return {};
  E2E_CHECK(Append(answers, sending), "recording what was sent");
  return Sync();
}

Status Ledger::Append(const std::vector<LedgerAnswer>& answers, const std::vector<LedgerEntry>& sending) {
  std::string lines;
  for (const LedgerAnswer& answer : answers) lines += AnswerLine("answered", answer);
  for (const LedgerEntry& entry : sending) lines += SendingLine(entry);
  E2E_CHECK(Write(lines), "writing what was sent");
  for (const LedgerAnswer& answer : answers) Set(answer);
  for (const LedgerEntry& entry : sending) Add(entry);
  return {};
}

Status Ledger::Put(const std::string& line) {
  E2E_CHECK(Write(line), "recording an operation");
  return Sync();
}

Status Ledger::Appending(const LedgerEntry& entry, const std::string& mailbox) {
  E2E_CHECK(Put(SendingLine(entry, mailbox)), "appending a message");
  Add(entry, mailbox);
  return {};
}

Status Ledger::Changing(const LedgerChange& change) {
  E2E_CHECK(Put(ChangingLine(change)), "beginning a change");
  changes_.Begin(change);
  return {};
}

Status Ledger::Changed(const std::string& id, Ack ack, const std::string& reply) {
  const LedgerAnswer answer{id, ack, reply};
  E2E_CHECK(Put(AnswerLine("changed", answer)), "ending a change");
  changes_.End(answer);
  return {};
}

Status Ledger::Sending(const LedgerEntry& entry) {
  return Record({}, {entry});
}

Status Ledger::Answered(const std::string& id, Ack ack, const std::string& reply) {
  return Record({{id, ack, reply}}, {});
}

void Ledger::Keep(const StoredMessage& seen, bool given) {
  given ? marks_.Given(seen) : marks_.Seen(seen);
  if (MessageState* const state = changes_.Find(seen.id)) state->uid = seen_.size();
  const auto sent = by_id_.find(seen.id);
  seen_.push_back({Word(seen.account), Word(seen.mailbox), seen.uidvalidity, seen.uid,
                   sent == by_id_.end() ? Word(seen.id) : sent->first});
}

std::string_view Ledger::Word(const std::string& text) {
  return *words_.insert(text).first;
}

// In pieces, as a hundred thousand lines need not stand in memory all at once.
Status Ledger::WriteStored(std::string_view op, const std::vector<StoredMessage>& stored) {
  std::string lines;
  for (const StoredMessage& message : stored) {
    lines += StoredLine(op, message);
    if (lines.size() < kPiece) continue;
    E2E_CHECK(Write(lines), "writing many lines");
    lines.clear();
  }
  E2E_CHECK(Write(lines), "writing many lines");
  return Sync();
}

Status Ledger::Seen(const std::vector<StoredMessage>& stored) {
  E2E_CHECK(WriteStored("seen", stored), "recording UIDs");
  for (const StoredMessage& message : stored) Keep(message, /*given=*/false);
  return {};
}

Status Ledger::Given(const StoredMessage& message) {
  E2E_CHECK(Put(StoredLine("given", message)), "recording a UID");
  Keep(message, /*given=*/true);
  return {};
}

Status Ledger::Opened(const StoredMailbox& mailbox) {
  E2E_CHECK(Put(MailboxLine("opened", mailbox)), "recording a mailbox");
  marks_.Opened(mailbox);
  return {};
}

Status Ledger::ReadBack(const Findings& found) {
  std::string lines = ReadBackLine(found);
  for (const StoredMailbox& mailbox : found.mailboxes) lines += MailboxLine("found-mailbox", mailbox);
  for (const StoredScript& script : found.scripts) lines += FoundScriptLine(script);
  E2E_CHECK(Write(lines), "recording what was read back");
  E2E_CHECK(WriteStored("found", found.messages), "recording what was read back");
  return {};
}

std::size_t Ledger::Acknowledged() const {
  std::size_t count = 0;
  for (const LedgerEntry& entry : entries_) count += entry.ack == Ack::kOk ? 1 : 0;
  return count;
}

std::set<std::string> Ledger::ScriptAccounts() const {
  std::set<std::string> accounts;
  for (const auto& [script, allowed] : changes_.scripts()) accounts.insert(script.first);
  return accounts;
}

}  // namespace e2e
