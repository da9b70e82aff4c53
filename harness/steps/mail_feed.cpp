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

}  // namespace

MailFeed::MailFeed(FeedPlan plan, Ledger& ledger, const Clock& clock)
    : plan_(std::move(plan)), ledger_(ledger), clock_(clock), next_at_(clock.Now()), pause_(plan_.pause) {}

std::optional<PumpPlan> MailFeed::Open() {
  const std::size_t wanted = Wanted();
  if (clock_.Now() < not_before_ || wanted <= promised_) return std::nullopt;
  // What is still to be begun is shared out between all sessions, those that have their share among them.
  const std::size_t share = (wanted + plan_.sessions - 1) / plan_.sessions;
  const std::size_t messages = std::min({plan_.per_session, share, wanted - promised_});
  const Account& from = plan_.accounts[session_ % plan_.accounts.size()];
  sessions_[session_] = {&from, number_, number_ + messages};
  number_ += messages;
  promised_ += messages;
  PumpPlan next{session_++, std::nullopt, messages};
  if (plan_.log_in) next.login = Credentials{from.address, from.password};
  return next;
}

Outcome<std::vector<PumpMessage>> MailFeed::Turn(const std::vector<PumpResult>& results,
                                                 const std::vector<std::size_t>& ready) {
  std::vector<LedgerAnswer> answers;
  for (const PumpResult& result : results) answers.push_back(Answer(result));
  std::vector<PumpMessage> messages;
  std::vector<LedgerEntry> entries;
  for (const std::size_t session : ready) {
    // A pause that begins with these results holds for these messages, too.
    if (!MayBegin()) break;
    Promise& promise = sessions_.at(session);
    TestMessage message = Make(*promise.from, promise.next);
    const std::string& to = plan_.accounts[promise.next % plan_.accounts.size()].address;
    entries.push_back({message.id, to, message.sha256, static_cast<long long>(message.text.size()), Ack::kUnknown, ""});
    messages.push_back({message.id, {promise.from->address, {to}}, std::move(message.text)});
    ++promise.next;
    --promised_;
  }
  E2E_CHECK(ledger_.Record(answers, entries), "recording messages");
  begun_ += messages.size();
  under_way_ += messages.size();
  for (const LedgerAnswer& answer : answers) Count(answer.ack);
  E2E_CHECK(Judge(), "submitting messages");
  return messages;
}

LedgerAnswer MailFeed::Answer(const PumpResult& result) {
  const Ack ack = AckOf(result.result, plan_.profile);
  last_answer_ = fmt::format("{} at {}", result.result.reply.Text(), result.result.stage);
  if (ack == Ack::kOk) {
    pause_ = plan_.pause;
  } else if (clock_.Now() >= not_before_) {
    // Several sessions may be refused for one reason: that is one pause.
    PauseFor(pause_);
    pause_ = std::min(pause_ * 2, kLongestPause);
  }
  return {result.id, ack, last_answer_};
}

void MailFeed::Count(Ack ack) {
  --under_way_;
  ++(ack == Ack::kOk ? counts_.acknowledged : ack == Ack::kRefused ? counts_.refused : counts_.unknown);
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

TestMessage MailFeed::Make(const Account& from, std::size_t number) const {
  const Account& to = plan_.accounts[number % plan_.accounts.size()];
  return MakeMessage(fmt::format("{}-{:05}", plan_.id_prefix, number), from.address, to.address,
                     plan_.sizes.Of(plan_.seed, number));
}

Status MailFeed::Closed(std::size_t session, const std::optional<Error>& not_opened) {
  const auto at = sessions_.find(session);
  promised_ -= at->second.end - at->second.next;
  sessions_.erase(at);
  if (!not_opened) return Status();
  ++counts_.unreachable;
  return NotOpened(*not_opened);
}

std::optional<TimePoint> MailFeed::Due() {
  if (Wanted() == 0) return std::nullopt;
  return plan_.rate == 0 ? not_before_ : std::max(not_before_, next_at_);
}

}  // namespace e2e
