#include "steps/change_traffic.h"

#include <chrono>

namespace e2e {
namespace {

// A frozen server must not hold the traffic up for longer.
constexpr Duration kLongest{10'000};
constexpr Duration kAway{500};

bool Ends(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::kTransport:
    case ErrorKind::kTimeout:
    case ErrorKind::kExpectation: return false;
    default: return true;
  }
}

}  // namespace

Status ChangeTraffic::Run(TrafficSite& site) {
  next_at_ = site.clock.Now();
  AckEvents events(ProcessEvents(), plan_.id_prefix, "changes");
  while (!site.Stopping() && done_ < plan_.count) {
    E2E_CHECK(Turn(site, events), "changing mailboxes or scripts");
    events.Count(site.counts, site.clock.Now());
  }
  events.End(site.counts, site.clock.Now());
  if (open_) client_->Close(Deadline::In(site.clock, kLongest));
  return Status();
}

Status ChangeTraffic::Turn(TrafficSite& site, AckEvents& events) {
  const auto lost = [&](const Status& status) -> Status {
    open_ = false;
    if (Ends(status.error())) return status;
    ++site.counts.unreachable;
    site.Wait(site.clock.Now() + kAway);
    return Status();
  };
  if (!open_) {
    const Status opened = client_->Open(site, Deadline::In(site.clock, kLongest));
    if (!opened) return lost(opened);
    open_ = true;
  }
  site.Wait(next_at_);
  if (site.Stopping()) return Status();
  next_at_ = site.clock.Now() + std::chrono::nanoseconds(1'000'000'000 / plan_.rate);
  const TimePoint begun = site.clock.Now();
  const auto ack = client_->Change(site, Deadline::In(site.clock, kLongest));
  if (ack && *ack == Ack::kOk) events.Took(std::chrono::duration_cast<Duration>(site.clock.Now() - begun));
  if (!ack) return lost(ack.error());
  open_ = *ack != Ack::kUnknown;
  site.counts.Count(*ack);
  site.Tell();
  ++done_;
  return Status();
}

}  // namespace e2e
