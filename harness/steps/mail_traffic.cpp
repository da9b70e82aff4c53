#include "steps/mail_traffic.h"

#include <fmt/format.h>

#include <utility>

#include "steps/mail_sessions.h"
#include "steps/message.h"

namespace e2e {
namespace {

constexpr std::size_t kMessagesPerSession = 10;  // Stalwart's default limit
// A frozen server must not hold the traffic up for longer.
constexpr Duration kLongestMessage{10'000};
constexpr Duration kAway{500};

}  // namespace

MailTraffic::MailTraffic(TrafficPlan plan, Ledger ledger)
    : plan_(std::move(plan)), result_{.ledger = std::move(ledger), .broken = std::nullopt} {
  thread_ = std::thread([this] { Run(); });
}

MailTraffic::~MailTraffic() {
  interrupt_.Request();
  if (thread_.joinable()) Stop();
}

TrafficResult MailTraffic::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  return std::move(result_);
}

void MailTraffic::Run() {
  while (!Done()) Session();
}

bool MailTraffic::Done() {
  const std::lock_guard lock(mutex_);
  return stopping_ || interrupt_.Requested() || sent_ >= plan_.count || result_.broken.has_value();
}

bool MailTraffic::Pause(TimePoint until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [this] { return stopping_; });
  return !stopping_;
}

Outcome<SmtpClient> MailTraffic::Open(const Account& from) {
  const Deadline deadline = Deadline::In(clock_, kLongestMessage);
  E2E_TRY(SmtpClient smtp,
          SmtpClient::Connect({.endpoint = plan_.endpoint, .security = plan_.security, .trust = {}}, clock_, interrupt_,
                              nullptr, deadline),
          "opening a session");
  E2E_CHECK(smtp.AuthPlain(from.address, from.password, deadline), "logging in");
  return smtp;
}

void MailTraffic::Session() {
  const Account& from = plan_.accounts[sessions_++ % plan_.accounts.size()];
  auto smtp = Open(from);
  if (!smtp) {
    ++result_.unreachable;
    Pause(clock_.Now() + kAway);
    return;
  }
  for (std::size_t i = 0; i < kMessagesPerSession && !Done(); ++i) {
    const TimePoint next = clock_.Now() + plan_.interval;
    const bool more = SendOne(*smtp, from);
    if (!Pause(next) || !more) return;
  }
  // The messages are in the ledger; how the server says goodbye is no matter of theirs.
  [[maybe_unused]] const Status left = smtp->Quit(Deadline::In(clock_, kAway));
}

bool MailTraffic::SendOne(SmtpClient& smtp, const Account& from) {
  const std::size_t number = sent_++;
  const Account& to = plan_.accounts[number % plan_.accounts.size()];
  const TestMessage message =
      MakeMessage(fmt::format("{}-{:05}", plan_.id_prefix, number), from.address, to.address, plan_.size);
  const LedgerEntry entry{message.id,    to.address, message.sha256, static_cast<long long>(message.text.size()),
                          Ack::kUnknown, ""};
  if (Status kept = result_.ledger.Sending(entry); !kept) {
    result_.broken = kept.error();
    return false;
  }
  const SendResult sent = smtp.Send({from.address, {to.address}}, message.text, Deadline::In(clock_, kLongestMessage));
  const Ack ack = AckOf(sent, plan_.profile);
  ++(ack == Ack::kOk ? result_.acknowledged : ack == Ack::kRefused ? result_.refused : result_.unknown);
  const std::string answer = fmt::format("{} at {}", sent.reply.Text(), sent.stage);
  if (Status kept = result_.ledger.Answered(message.id, ack, answer); !kept) result_.broken = kept.error();
  return ack == Ack::kOk && !result_.broken;
}

}  // namespace e2e
