#include "steps/mail_traffic.h"

#include "net/smtp_pump.h"

namespace e2e {
namespace {

// A frozen server must not hold the traffic up for longer.
constexpr Duration kLongestMessage{10'000};
constexpr Duration kAway{500};
// It ends when it is stopped.
constexpr Duration kForever{24LL * 3'600'000};

// A server that refuses or is away is tried again and again.
class Feed : public MailFeed {
 public:
  Feed(const MailTrafficPlan& plan, TrafficSite& site)
      : MailFeed(plan.feed, site.ledger, site.clock), site_(site), count_(plan.count) {}

  void Wait(TimePoint until) override { site_.Wait(until); }

 private:
  std::size_t Wanted() const override { return site_.Stopping() ? 0 : count_ - begun(); }
  Status Judge() override {
    site_.counts = counts();
    site_.Tell();
    return Status();
  }
  Status NotOpened(const Error&) override {
    PauseFor(kAway);
    return Status();
  }

  TrafficSite& site_;
  const std::size_t count_;
};

}  // namespace

Status MailTraffic::Run(TrafficSite& site) {
  Feed feed(plan_, site);
  SmtpPump pump({plan_.server, plan_.feed.sessions, kLongestMessage}, site.clock, site.interrupt, nullptr);
  const Status status = pump.Run(feed, Deadline::In(site.clock, kForever));
  site.counts = feed.counts();
  feed.TellTheRest();
  return status;
}

}  // namespace e2e
