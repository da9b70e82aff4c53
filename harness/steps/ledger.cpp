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
#include <tuple>
#include <utility>

namespace e2e {
namespace {

using nlohmann::json;

constexpr const char* kAckNames[] = {"ok", "refused", "unknown"};

Ack AckFromName(const std::string& name) {
  if (name == kAckNames[0]) return Ack::kOk;
  return name == kAckNames[1] ? Ack::kRefused : Ack::kUnknown;
}

// A server's words may hold any bytes, JSON only UTF-8.
std::string Dump(const json& record) {
  return record.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

Error FileError(const std::filesystem::path& path, const char* doing) {
  return Error(ErrorKind::kInfra, fmt::format("ledger {}: {} failed: {}", path.string(), doing, std::strerror(errno)));
}

std::string Line(const StoredMessage& message) {
  return fmt::format("{} {}/{} UID {} UIDVALIDITY {}", message.id.empty() ? "(no X-E2E-Id)" : message.id,
                     message.account, message.mailbox, message.uid, message.uidvalidity);
}

auto Place(const StoredMessage& message) {
  return std::tie(message.account, message.mailbox, message.uid);
}

// What was seen once must stay: a UID means the same message for as long as UIDVALIDITY is the same.
void FindStale(const std::vector<StoredMessage>& seen, const std::vector<StoredMessage>& found, LedgerReport& report) {
  std::map<std::pair<std::string, std::string>, std::uint32_t> validity;
  std::vector<const StoredMessage*> places;
  for (const StoredMessage& now : found) {
    validity[{now.account, now.mailbox}] = now.uidvalidity;
    places.push_back(&now);
  }
  const auto before = [](const StoredMessage* a, const StoredMessage* b) { return Place(*a) < Place(*b); };
  std::sort(places.begin(), places.end(), before);
  std::set<std::pair<std::string, std::string>> told;
  for (const StoredMessage& then : seen) {
    const auto mailbox = std::make_pair(then.account, then.mailbox);
    const auto now = validity.find(mailbox);
    if (now != validity.end() && now->second != then.uidvalidity) {
      if (told.insert(mailbox).second) report.stale.push_back(fmt::format("{} is now {}", Line(then), now->second));
      continue;
    }
    const auto at = std::lower_bound(places.begin(), places.end(), &then, before);
    if (at == places.end() || Place(**at) != Place(then)) {
      report.stale.push_back(fmt::format("{} is no longer there", Line(then)));
    } else if ((*at)->id != then.id) {
      report.stale.push_back(fmt::format("{} is now message {}", Line(then), (*at)->id));
    }
  }
}

std::string SendingLine(const LedgerEntry& entry) {
  return Dump({{"op", "sending"},
               {"id", entry.id},
               {"account", entry.account},
               {"sha256", entry.sha256},
               {"size", entry.size}});
}

std::string AnsweredLine(const LedgerAnswer& answer) {
  return Dump({{"op", "answered"},
               {"id", answer.id},
               {"ack", kAckNames[static_cast<int>(answer.ack)]},
               {"reply", answer.reply}});
}

std::string SeenLine(const StoredMessage& message) {
  return Dump({{"op", "seen"},
               {"account", message.account},
               {"mailbox", message.mailbox},
               {"uidvalidity", message.uidvalidity},
               {"uid", message.uid},
               {"id", message.id},
               {"sha256", message.sha256}});
}

}  // namespace

std::string LedgerReport::Summary() const {
  return fmt::format(
      "{} acknowledged: {} lost, {} corrupt, {} duplicate, {} phantom, {} resurrected, {} recovered, {} stale",
      acknowledged, lost.size(), corrupt.size(), duplicate.size(), phantom.size(), resurrected.size(), recovered.size(),
      stale.size());
}

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
    if (!in.eof()) ledger.Apply(line);  // a last line without its newline was never complete
  }
  return ledger;
}

Status Ledger::Append(const std::string& lines) {
  if (lines.empty()) return {};
  for (std::size_t done = 0; done < lines.size();) {
    const ssize_t n = write(fd_, lines.data() + done, lines.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FileError(path_, "write");
    done += static_cast<std::size_t>(n);
  }
  if (fdatasync(fd_) != 0) return FileError(path_, "fdatasync");
  return {};
}

void Ledger::Apply(const std::string& line) try {
  const json record = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) return;
  const std::string op = record.value("op", "");
  if (op == "sending") {
    Add({record.value("id", ""), record.value("account", ""), record.value("sha256", ""), record.value("size", 0LL),
         Ack::kUnknown, ""});
  } else if (op == "answered") {
    Set({record.value("id", ""), AckFromName(record.value("ack", "")), record.value("reply", "")});
  } else if (op == "seen") {
    seen_.push_back({record.value("account", ""), record.value("mailbox", ""), record.value("uidvalidity", 0U),
                     record.value("uid", 0U), record.value("id", ""), record.value("sha256", "")});
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
  std::string lines;
  for (const LedgerAnswer& answer : answers) lines += AnsweredLine(answer);
  for (const LedgerEntry& entry : sending) lines += SendingLine(entry);
  E2E_CHECK(Append(lines), "recording what was sent");
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

Status Ledger::Seen(const std::vector<StoredMessage>& stored) {
  std::string lines;
  for (const StoredMessage& message : stored) lines += SeenLine(message);
  E2E_CHECK(Append(lines), "recording UIDs");
  seen_.insert(seen_.end(), stored.begin(), stored.end());
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
