#include "steps/mail_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "steps/mail_sessions.h"

namespace e2e {
namespace {

constexpr Duration kLongestPause{5'000};
// What a rate may make up for when it fell behind.
constexpr Duration kCatchUp{100};
// How far the ledger is ahead of each session at most; one message may be any size.
constexpr std::size_t kAhead = 16, kOctetsAhead = 256 * 1024;
// How long results may wait for the disk while others are still under way.
constexpr Duration kLongestUncounted{50};

}  // namespace

MailFeed::MailFeed(FeedPlan plan, Ledger& ledger, const Clock& clock)
    : plan_(std::move(plan)),
      ledger_(ledger),
      clock_(clock),
      events_(ProcessEvents(), plan_.id_prefix, "smtp"),
      counted_at_(clock.Now()),
      next_at_(clock.Now()),
      pause_(plan_.pause) {}

std::optional<PumpPlan> MailFeed::Open() {
  const std::size_t wanted = Wanted();
  if (clock_.Now() < not_before_ || wanted <= promised_) return std::nullopt;
  // What is still to be begun is shared out between all sessions, those that have their share among them.
  const std::size_t share = (wanted + plan_.sessions - 1) / plan_.sessions;
  const std::size_t messages = std::min({plan_.per_session, share, wanted - promised_});
  const Account& from = plan_.accounts[session_ % plan_.accounts.size()];
  sessions_[session_] = {&from, session_ / plan_.accounts.size(), number_, number_ + messages, {}};
  number_ += messages;
  promised_ += messages;
  PumpPlan next{session_++, std::nullopt, messages};
  if (plan_.log_in) next.login = Credentials{from.address, from.password};
  return next;
}

Outcome<std::vector<PumpMessage>> MailFeed::Turn(const std::vector<PumpResult>& results,
                                                 const std::vector<std::size_t>& ready) {
  std::vector<LedgerAnswer> answers;
  for (const PumpResult& result : results) {
    answers.push_back(Answer(result));
    uncounted_.push_back(answers.back().ack);
  }
  std::vector<PumpMessage> messages;
  std::vector<LedgerEntry> entries;
  for (const std::size_t session : ready) {
    // A pause that begins with these results holds for these messages, too.
    if (!MayBegin()) break;
    Promise& promise = sessions_.at(session);
    if (promise.made.empty()) {
      for (LedgerEntry& entry : MakeAhead()) entries.push_back(std::move(entry));
    }
    messages.push_back(std::move(promise.made.front()));
    promise.made.pop_front();
    --promised_;
  }
  E2E_CHECK(ledger_.Append(answers, entries), "recording messages");
  const bool none_under_way = uncounted_.size() == under_way_;
  begun_ += messages.size();
  under_way_ += messages.size();
  if (!entries.empty() || none_under_way || clock_.Now() >= counted_at_ + kLongestUncounted) {
    E2E_CHECK(CountWhatIsOnDisk(), "submitting messages");
  }
  return messages;
}

Status MailFeed::CountWhatIsOnDisk() {
  E2E_CHECK(ledger_.Sync(), "recording messages");
  counted_at_ = clock_.Now();
  for (const Ack ack : uncounted_) counts_.Count(ack);
  under_way_ -= uncounted_.size();
  uncounted_.clear();
  events_.Count(counts_, counted_at_);
  return Judge();
}

LedgerAnswer MailFeed::Answer(const PumpResult& result) {
  const Ack ack = AckOf(result.result, plan_.profile);
  last_answer_ = fmt::format("{} at {}", result.result.reply.Text(), result.result.stage);
  if (ack == Ack::kOk) {
    events_.Took(result.took);
    pause_ = plan_.pause;
  } else if (clock_.Now() >= not_before_) {
    // Several sessions may be refused for one reason: that is one pause.
    PauseFor(pause_);
    pause_ = std::min(pause_ * 2, kLongestPause);
  }
  return {result.id, ack, last_answer_};
}

// By the pauses and by the rate, which counts it.
bool MailFeed::MayBegin() {
  const TimePoint now = clock_.Now();
  // What sessions were promised may no longer be wanted.
  if (now < not_before_ || Wanted() == 0) return false;
  if (plan_.rate == 0) return true;
  if (now < next_at_) return false;
  next_at_ = std::max(next_at_, now - kCatchUp) + std::chrono::nanoseconds(1'000'000'000 / plan_.rate);
  return true;
}

// For every session, as the disk takes as long for one.
std::vector<LedgerEntry> MailFeed::MakeAhead() {
  std::vector<LedgerEntry> entries;
  for (auto& [name, promise] : sessions_) {
    std::size_t octets = 0;
    for (const PumpMessage& message : promise.made) octets += message.text.size();
    while (promise.next < promise.end && promise.made.size() < kAhead &&
           (promise.made.empty() || octets < kOctetsAhead)) {
      entries.push_back(MakeOne(promise));
      octets += promise.made.back().text.size();
    }
  }
  return entries;
}

LedgerEntry MailFeed::MakeOne(Promise& promise) {
  const std::size_t number = promise.next++;
  const std::string& to = plan_.accounts[(number + promise.shift) % plan_.accounts.size()].address;
  TestMessage message = MakeMessage(fmt::format("{}-{:05}", plan_.id_prefix, number), promise.from->address, to,
                                    plan_.sizes.Of(plan_.seed, number));
  const auto size = static_cast<long long>(message.text.size());
  promise.made.push_back({message.id, {promise.from->address, {to}}, std::move(message.text)});
  return {message.id, to, std::move(message.sha256), size, Ack::kUnknown, ""};
}

Status MailFeed::Closed(std::size_t session, const std::optional<Error>& not_opened) {
  const auto at = sessions_.find(session);
  const Promise ended = std::move(at->second);
  sessions_.erase(at);
  promised_ -= ended.end - ended.next + ended.made.size();
  std::vector<LedgerAnswer> answers;
  for (const PumpMessage& message : ended.made) answers.push_back({message.id, Ack::kRefused, "never begun"});
  E2E_CHECK(ledger_.Record(answers, {}), "recording what was not sent");
  if (!not_opened) return Status();
  ++counts_.unreachable;
  return NotOpened(*not_opened);
}

std::optional<TimePoint> MailFeed::Due() {
  if (Wanted() == 0) return std::nullopt;
  return plan_.rate == 0 ? not_before_ : std::max(not_before_, next_at_);
}

}  // namespace e2e
