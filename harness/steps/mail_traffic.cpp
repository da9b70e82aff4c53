#include "steps/mail_traffic.h"

#include <utility>

#include "net/smtp_pump.h"

namespace e2e {
namespace {

// A frozen server must not hold the traffic up for longer.
constexpr Duration kLongestMessage{10'000};
constexpr Duration kAway{500};
// It ends when it is stopped.
constexpr Duration kForever{24LL * 3'600'000};

}  // namespace

// A server that refuses or is away is tried again and again.
class MailTraffic::Feed : public MailFeed {
 public:
  explicit Feed(MailTraffic& traffic)
      : MailFeed(traffic.plan_.feed, traffic.result_.ledger, traffic.clock_), traffic_(traffic) {}

  void Wait(TimePoint until) override {
    std::unique_lock lock(traffic_.mutex_);
    traffic_.changed_.wait_until(lock, until, [this] { return traffic_.stopping_; });
  }

 private:
  std::size_t Wanted() const override {
    const std::lock_guard lock(traffic_.mutex_);
    return traffic_.stopping_ ? 0 : traffic_.plan_.count - begun();
  }
  Status Judge() override {
    traffic_.acknowledged_ = counts().acknowledged;
    return Status();
  }
  Status NotOpened(const Error&) override {
    PauseFor(kAway);
    return Status();
  }

  MailTraffic& traffic_;
};

MailTraffic::MailTraffic(TrafficPlan plan, Ledger ledger)
    : plan_(std::move(plan)), result_{.ledger = std::move(ledger), .counts = {}, .broken = std::nullopt} {
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
  Feed feed(*this);
  SmtpPump pump({plan_.server, plan_.feed.sessions, kLongestMessage}, clock_, interrupt_, nullptr);
  const Status status = pump.Run(feed, Deadline::In(clock_, kForever));
  result_.counts = feed.counts();
  if (!status && status.error().kind() != ErrorKind::kInterrupted) result_.broken = status.error();
}

}  // namespace e2e
