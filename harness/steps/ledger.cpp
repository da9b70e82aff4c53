#include "steps/ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
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
  return record.dump(-1, ' ', false, json::error_handler_t::replace);
}

Error FileError(const std::filesystem::path& path, const char* doing) {
  return Error(ErrorKind::kInfra, fmt::format("ledger {}: {} failed: {}", path.string(), doing, std::strerror(errno)));
}

using Place = std::tuple<std::string, std::string, std::uint32_t>;  // account, mailbox, UID

std::string Line(const StoredMessage& message) {
  return fmt::format("{} {}/{} UID {} UIDVALIDITY {}", message.id.empty() ? "(no X-E2E-Id)" : message.id,
                     message.account, message.mailbox, message.uid, message.uidvalidity);
}

// What was seen once must stay: a UID means the same message for as long as UIDVALIDITY is the same.
void FindStale(const std::vector<StoredMessage>& seen, const std::vector<StoredMessage>& found, LedgerReport& report) {
  std::map<std::pair<std::string, std::string>, std::uint32_t> validity;
  std::map<Place, std::string> ids;
  for (const StoredMessage& now : found) {
    validity[{now.account, now.mailbox}] = now.uidvalidity;
    ids[{now.account, now.mailbox, now.uid}] = now.id;
  }
  std::set<std::pair<std::string, std::string>> told;
  for (const StoredMessage& then : seen) {
    const auto mailbox = std::make_pair(then.account, then.mailbox);
    const auto now = validity.find(mailbox);
    if (now != validity.end() && now->second != then.uidvalidity) {
      if (told.insert(mailbox).second) report.stale.push_back(fmt::format("{} is now {}", Line(then), now->second));
      continue;
    }
    const auto id = ids.find({then.account, then.mailbox, then.uid});
    if (id != ids.end() && id->second != then.id) {
      report.stale.push_back(fmt::format("{} is now message {}", Line(then), id->second));
    } else if (id == ids.end()) {
      report.stale.push_back(fmt::format("{} is no longer there", Line(then)));
    }
  }
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

Status Ledger::Append(const std::string& line) {
  const std::string text = line + "\n";
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = write(fd_, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FileError(path_, "write");
    done += static_cast<std::size_t>(n);
  }
  if (fdatasync(fd_) != 0) return FileError(path_, "fdatasync");
  Apply(line);
  return {};
}

void Ledger::Apply(const std::string& line) try {
  const json record = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) return;
  const std::string op = record.value("op", "");
  if (op == "sending") {
    by_id_[record.value("id", "")] = entries_.size();
    entries_.push_back({record.value("id", ""), record.value("account", ""), record.value("sha256", ""),
                        record.value("size", 0LL), Ack::kUnknown, ""});
  } else if (op == "answered") {
    if (const auto at = by_id_.find(record.value("id", "")); at != by_id_.end()) {
      entries_[at->second].ack = AckFromName(record.value("ack", ""));
      entries_[at->second].reply = record.value("reply", "");
    }
  } else if (op == "seen") {
    seen_.push_back({record.value("account", ""), record.value("mailbox", ""), record.value("uidvalidity", 0U),
                     record.value("uid", 0U), record.value("id", ""), record.value("sha256", "")});
  }
} catch (const json::exception&) {
  // Not a line of ours.
}

Status Ledger::Sending(const LedgerEntry& entry) {
  return Append(Dump({{"op", "sending"},
                      {"id", entry.id},
                      {"account", entry.account},
                      {"sha256", entry.sha256},
                      {"size", entry.size}}));
}

Status Ledger::Answered(const std::string& id, Ack ack, const std::string& reply) {
  return Append(Dump({{"op", "answered"}, {"id", id}, {"ack", kAckNames[static_cast<int>(ack)]}, {"reply", reply}}));
}

Status Ledger::Seen(const std::vector<StoredMessage>& stored) {
  for (const StoredMessage& message : stored) {
    E2E_CHECK(Append(Dump({{"op", "seen"},
                           {"account", message.account},
                           {"mailbox", message.mailbox},
                           {"uidvalidity", message.uidvalidity},
                           {"uid", message.uid},
                           {"id", message.id},
                           {"sha256", message.sha256}})),
              "recording UIDs");
  }
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
  std::map<std::string, int> copies;
  for (const StoredMessage& message : found) {
    const auto at = by_id_.find(message.id);
    // In the mailbox of somebody else it is as unwanted as one that nobody sent.
    if (at == by_id_.end() || entries_[at->second].account != message.account) {
      report.phantom.push_back(Line(message));
      continue;
    }
    if (++copies[message.id] == 2) report.duplicate.push_back(Line(message));
    if (message.sha256 != entries_[at->second].sha256) report.corrupt.push_back(Line(message));
  }
  for (const LedgerEntry& entry : entries_) {
    const bool there = copies.contains(entry.id);
    const std::string line =
        fmt::format("{} to {} ({} octets; answer: {})", entry.id, entry.account, entry.size, entry.reply);
    if (entry.ack == Ack::kOk && !there) report.lost.push_back(line);
    if (entry.ack == Ack::kRefused && there) report.resurrected.push_back(line);
    if (entry.ack == Ack::kUnknown && there) report.recovered.push_back(line);
  }
  FindStale(seen_, found, report);
  return report;
}

}  // namespace e2e
