// Ledger::Classify(): what was found, sorted into the classes of a report.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

#include "base/text.h"
#include "steps/ledger.h"

namespace e2e {
namespace {

// Of a StoredMessage or SeenUid.
template <typename Message>
std::string Line(const Message& message) {
  return fmt::format("{} {}/{} UID {} UIDVALIDITY {}",
                     message.id.empty() ? std::string_view("(no X-E2E-Id)") : std::string_view(message.id),
                     message.account, message.mailbox, message.uid, message.uidvalidity);
}

template <typename Message>
auto Place(const Message& message) {
  return std::make_tuple(std::string_view(message.account), std::string_view(message.mailbox), message.uid);
}

// "(\Seen) or ()".
std::string Either(const std::set<std::string>& values, const char* before, const char* after) {
  std::vector<std::string> all;
  for (const std::string& value : values) all.push_back(before + value + after);
  return Join(all, " or ");
}

std::string Places(const MessageState& state) {
  std::set<std::string> mailboxes = state.where.values();
  if (mailboxes.erase("") > 0) mailboxes.insert("none");
  return Either(mailboxes, "", "");
}

std::string Line(const LedgerEntry& entry, const MessageState* state) {
  return fmt::format("{} to {} ({} octets; answer: {})", entry.id,
                     state == nullptr ? entry.account : entry.account + "/" + Places(*state), entry.size, entry.reply);
}

void CompareFlags(const StoredMessage& message, const MessageState& state, LedgerReport& report) {
  const std::string flags = FlagText(message.flags);
  if (state.flags.Allows(flags)) return;
  report.flags.push_back(
      fmt::format("{} has ({}) instead of {}", Line(message), flags, Either(state.flags.values(), "(", ")")));
}

// `there`: somewhere where it may be.
void SortEntry(const LedgerEntry& entry, const MessageState* state, bool there, LedgerReport& report) {
  const bool demanded = state == nullptr ? entry.ack == Ack::kOk : !state->where.Allows("");
  const bool refused = state == nullptr && entry.ack == Ack::kRefused;
  report.demanded += demanded ? 1 : 0;
  if (there == demanded) return;
  auto& list = demanded ? report.lost : refused ? report.resurrected : report.recovered;
  list.push_back(Line(entry, state));
}

}  // namespace

LedgerReport Ledger::Classify(const Findings& found) const {
  LedgerReport report;
  report.acknowledged = Acknowledged();
  report.changes = changes_.counts().acknowledged;
  SortMessages(found, report);
  FindStale(found, report);
  CompareScripts(found, report);
  return report;
}

void Ledger::SortMessages(const Findings& found, LedgerReport& report) const {
  std::map<std::pair<std::size_t, std::string>, int> copies;
  std::unordered_set<std::size_t> there, misplaced;
  for (const StoredMessage& message : found.messages) {
    const auto at = by_id_.find(message.id);
    // In the mailbox of somebody else it is as unwanted as one that nobody sent.
    if (at == by_id_.end() || entries_[at->second].account != message.account) {
      if (at != by_id_.end() || Delivers() || changes_.Holds(message.account, message.mailbox))
        report.phantom.push_back(Line(message));
      continue;
    }
    if (message.sha256 != entries_[at->second].sha256) report.corrupt.push_back(Line(message));
    const MessageState* const state = changes_.Find(message.id);
    if (state != nullptr && !state->where.Allows(message.mailbox)) {
      misplaced.insert(at->second);
      report.resurrected.push_back(fmt::format("{} may be in {}", Line(message), Places(*state)));
      continue;
    }
    // RFC 6851 3.3: a move that was cut off has to leave the message in one of both mailboxes, and may in each.
    if (++copies[{at->second, state != nullptr ? message.mailbox : std::string()}] == 2)
      report.duplicate.push_back(Line(message));
    there.insert(at->second);
    if (state != nullptr) CompareFlags(message, *state, report);
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!misplaced.contains(i)) SortEntry(entries_[i], changes_.Find(entries_[i].id), there.contains(i), report);
  }
}

// What was seen once must stay: a UID means the same message for as long as UIDVALIDITY is the same.
void Ledger::FindStale(const Findings& found, LedgerReport& report) const {
  report.stale = marks_.stale();
  const FoundMailboxes mailboxes = MailboxesIn(found);
  marks_.Compare(mailboxes, /*whole=*/!found.mailboxes.empty(), report.stale);
  std::vector<const StoredMessage*> places;
  for (const StoredMessage& now : found.messages) places.push_back(&now);
  std::sort(places.begin(), places.end(),
            [](const StoredMessage* a, const StoredMessage* b) { return Place(*a) < Place(*b); });
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    const SeenUid& then = seen_[i];
    // That UIDVALIDITY is another one was told for the mailbox.
    const auto mailbox = mailboxes.find({then.account, then.mailbox});
    if (mailbox != mailboxes.end() && mailbox->second.uidvalidity != then.uidvalidity) continue;
    const auto at = std::lower_bound(places.begin(), places.end(), Place(then),
                                     [](const StoredMessage* a, const auto& place) { return Place(*a) < place; });
    if (at != places.end() && Place(**at) == Place(then)) {
      if ((*at)->id != then.id) report.stale.push_back(fmt::format("{} is now message {}", Line(then), (*at)->id));
      continue;
    }
    const MessageState* const state = changes_.Find(then.id);
    if (state == nullptr || state->uid == i) report.stale.push_back(fmt::format("{} is no longer there", Line(then)));
  }
}

void Ledger::CompareScripts(const Findings& found, LedgerReport& report) const {
  for (const auto& [script, allowed] : changes_.scripts()) {
    const auto& [account, name] = script;
    std::string value;
    for (const StoredScript& stored : found.scripts) {
      if (stored.account != account) continue;
      if (name.empty() && stored.active) value = stored.name;
      if (stored.name == name) value = stored.sha256;
    }
    if (allowed.Allows(value)) continue;
    report.scripts.push_back(name.empty() ? fmt::format("{}: \"{}\" is active instead of {}", account, value,
                                                        Either(allowed.values(), "\"", "\""))
                                          : fmt::format("{}: script \"{}\" has SHA-256 \"{}\" instead of {}", account,
                                                        name, value, Either(allowed.values(), "\"", "\"")));
  }
}

}  // namespace e2e
