// MailTraffic: messages that are submitted in the background.
#pragma once

#include "net/smtp_values.h"
#include "steps/mail_feed.h"
#include "steps/traffic.h"

namespace e2e {

struct MailTrafficPlan {
  SmtpOptions server;
  FeedPlan feed;
  // No more than so many messages are submitted.
  std::size_t count = 0;
};

class MailTraffic : public TrafficWork {
 public:
  explicit MailTraffic(MailTrafficPlan plan) : plan_(std::move(plan)) {}
  Status Run(TrafficSite& site) override;

 private:
  const MailTrafficPlan plan_;
};

}  // namespace e2e
