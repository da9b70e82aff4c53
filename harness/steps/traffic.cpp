#include "steps/traffic.h"

#include <utility>

namespace e2e {

bool TrafficSite::Stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void TrafficSite::Wait(TimePoint until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [this] { return stopping_; });
}

void TrafficSite::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

Traffic::Traffic(std::unique_ptr<TrafficWork> work, Ledger ledger) : work_(std::move(work)), site_(std::move(ledger)) {
  thread_ = std::thread([this] {
    const Status status = work_->Run(site_);
    if (!status && status.error().kind() != ErrorKind::kInterrupted) broken_ = status.error();
  });
}

Traffic::~Traffic() {
  site_.interrupt.Request();
  if (thread_.joinable()) Stop();
}

TrafficResult Traffic::Stop() {
  site_.Stop();
  thread_.join();
  return {std::move(site_.ledger), site_.counts, std::move(broken_)};
}

}  // namespace e2e
