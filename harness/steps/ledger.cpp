#include "steps/ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include "steps/ledger_lines.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::size_t kPiece = 256 * 1024;
Error FileError(const std::filesystem::path& path, const char* doing) {
  return Error(ErrorKind::kInfra, fmt::format("ledger {}: {} failed: {}", path.string(), doing, std::strerror(errno)));
}

// Of a StoredMessage or SeenUid.
template <typename Message>
std::string Line(const Message& message) {
  return fmt::format("{} {}/{} UID {} UIDVALIDITY {}",
                     message.id.empty() ? std::string_view("(no X-E2E-Id)") : std::string_view(message.id),
                     message.account, message.mailbox, message.uid, message.uidvalidity);
}

using MailboxName = std::pair<std::string_view, std::string_view>;

template <typename Message>
MailboxName MailboxOf(const Message& message) {
  return {message.account, message.mailbox};
}

template <typename Message>
auto Place(const Message& message) {
  return std::make_pair(MailboxOf(message), message.uid);
}

// What was seen once must stay: a UID means the same message for as long as UIDVALIDITY is the same.
void FindStale(const std::vector<SeenUid>& seen, const std::vector<StoredMessage>& found, LedgerReport& report) {
  std::map<MailboxName, std::uint32_t> validity;
  std::vector<const StoredMessage*> places;
  for (const StoredMessage& now : found) {
    validity[MailboxOf(now)] = now.uidvalidity;
    places.push_back(&now);
  }
  std::sort(places.begin(), places.end(),
            [](const StoredMessage* a, const StoredMessage* b) { return Place(*a) < Place(*b); });
  std::set<MailboxName> told;
  for (const SeenUid& then : seen) {
    const auto now = validity.find(MailboxOf(then));
    if (now != validity.end() && now->second != then.uidvalidity) {
      if (told.insert(now->first).second) report.stale.push_back(fmt::format("{} is now {}", Line(then), now->second));
      continue;
    }
    const auto at = std::lower_bound(places.begin(), places.end(), Place(then),
                                     [](const StoredMessage* a, const auto& place) { return Place(*a) < place; });
    if (at == places.end() || Place(**at) != Place(then)) {
      report.stale.push_back(fmt::format("{} is no longer there", Line(then)));
    } else if ((*at)->id != then.id) {
      report.stale.push_back(fmt::format("{} is now message {}", Line(then), (*at)->id));
    }
  }
}

}  // namespace

Ledger::Ledger(Ledger&& other) noexcept {
  *this = std::move(other);
}

Ledger& Ledger::operator=(Ledger&& other) noexcept {
  if (this == &other) return *this;
  if (fd_ >= 0) close(fd_);
  path_ = std::move(other.path_);
  fd_ = std::exchange(other.fd_, -1);
  entries_ = std::move(other.entries_);
  by_id_ = std::move(other.by_id_);
  seen_ = std::move(other.seen_);
  words_ = std::move(other.words_);
  found_ = std::move(other.found_);
  reading_ = std::move(other.reading_);
  reading_size_ = other.reading_size_;
  torn_ = other.torn_;
  return *this;
}

Ledger::~Ledger() {
  if (fd_ >= 0) close(fd_);
}

Outcome<Ledger> Ledger::Create(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0 && errno == EEXIST) return Error(ErrorKind::kInternal, "ledger " + path.string() + " exists already");
  if (fd < 0) return FileError(path, "open");
  return Ledger(path, fd);
}

Outcome<Ledger> Ledger::Read(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) return FileError(path, "open");
  Ledger ledger(path, -1);
  for (std::string line; std::getline(in, line);) {
    // A last line without its newline was never complete.
    if (in.eof()) {
      ledger.torn_ = true;
    } else {
      ledger.Apply(line);
    }
  }
  return ledger;
}

Status Ledger::Write(std::string_view lines) {
  for (std::size_t done = 0; done < lines.size();) {
    const ssize_t n = write(fd_, lines.data() + done, lines.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FileError(path_, "write");
    done += static_cast<std::size_t>(n);
  }
  return {};
}

Status Ledger::Sync() {
  if (fdatasync(fd_) != 0) return FileError(path_, "fdatasync");
  return {};
}

void Ledger::Apply(const std::string& line) try {
  const json record = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) return;
  const std::string op = record.value("op", "");
  if (op == "sending") {
    found_.reset();
    Add({record.value("id", ""), record.value("account", ""), record.value("sha256", ""), record.value("size", 0LL),
         Ack::kUnknown, ""});
  } else if (op == "answered") {
    Set({record.value("id", ""), AckFromName(record.value("ack", "")), record.value("reply", "")});
  } else if (op == "seen") {
    Keep(StoredFrom(record));
  } else if (op == "read-back") {
    reading_.clear();
    reading_size_ = record.value("messages", std::size_t{0});
    if (reading_size_ == 0) found_.emplace();
  } else if (op == "found") {
    reading_.push_back(StoredFrom(record));
    if (reading_.size() == reading_size_) found_ = std::exchange(reading_, {});
  }
} catch (const json::exception&) {
  // Not a line of ours.
}

void Ledger::Add(LedgerEntry entry) {
  const LedgerEntry& kept = entries_.emplace_back(std::move(entry));
  by_id_[kept.id] = entries_.size() - 1;
}

void Ledger::Set(const LedgerAnswer& answer) {
  const auto at = by_id_.find(answer.id);
  if (at == by_id_.end()) return;
  entries_[at->second].ack = answer.ack;
  entries_[at->second].reply = answer.reply;
}

Status Ledger::Record(const std::vector<LedgerAnswer>& answers, const std::vector<LedgerEntry>& sending) {
  if (answers.empty() && sending.empty()) return {};
  E2E_CHECK(Append(answers, sending), "recording what was sent");
  return Sync();
}

Status Ledger::Append(const std::vector<LedgerAnswer>& answers, const std::vector<LedgerEntry>& sending) {
  std::string lines;
  for (const LedgerAnswer& answer : answers) lines += AnsweredLine(answer);
  for (const LedgerEntry& entry : sending) lines += SendingLine(entry);
  E2E_CHECK(Write(lines), "writing what was sent");
  for (const LedgerAnswer& answer : answers) Set(answer);
  for (const LedgerEntry& entry : sending) Add(entry);
  return {};
}

Status Ledger::Sending(const LedgerEntry& entry) {
  return Record({}, {entry});
}

Status Ledger::Answered(const std::string& id, Ack ack, const std::string& reply) {
  return Record({{id, ack, reply}}, {});
}

void Ledger::Keep(const StoredMessage& seen) {
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
  for (const StoredMessage& message : stored) Keep(message);
  return {};
}

Status Ledger::ReadBack(const std::vector<StoredMessage>& found) {
  E2E_CHECK(Write(fmt::format("{{\"op\":\"read-back\",\"messages\":{}}}\n", found.size())),
            "recording what was read back");
  E2E_CHECK(WriteStored("found", found), "recording what was read back");
  return {};
}

std::size_t Ledger::Acknowledged() const {
  std::size_t count = 0;
  for (const LedgerEntry& entry : entries_) count += entry.ack == Ack::kOk ? 1 : 0;
  return count;
}

LedgerReport Ledger::Classify(const std::vector<StoredMessage>& found) const {
  LedgerReport report;
  report.acknowledged = Acknowledged();
  std::vector<int> copies(entries_.size());
  for (const StoredMessage& message : found) {
    const auto at = by_id_.find(message.id);
    // In the mailbox of somebody else it is as unwanted as one that nobody sent.
    if (at == by_id_.end() || entries_[at->second].account != message.account) {
      report.phantom.push_back(Line(message));
      continue;
    }
    if (++copies[at->second] == 2) report.duplicate.push_back(Line(message));
    if (message.sha256 != entries_[at->second].sha256) report.corrupt.push_back(Line(message));
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const LedgerEntry& entry = entries_[i];
    const bool there = copies[i] > 0;
    if (there == (entry.ack == Ack::kOk)) continue;
    auto& list = entry.ack == Ack::kOk        ? report.lost
                 : entry.ack == Ack::kRefused ? report.resurrected
                                              : report.recovered;
    list.push_back(fmt::format("{} to {} ({} octets; answer: {})", entry.id, entry.account, entry.size, entry.reply));
  }
  FindStale(seen_, found, report);
  return report;
}

}  // namespace e2e
