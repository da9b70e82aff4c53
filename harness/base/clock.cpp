#include "base/clock.h"

#include <fmt/format.h>
#include <poll.h>

#include <ctime>

#include "base/interrupt.h"

namespace e2e {

bool SystemClock::SleepUntil(TimePoint until) {
  while (!interrupt_.Requested()) {
    auto left = std::chrono::duration_cast<Duration>(until - Now());
    if (left <= Duration(0)) return true;
    pollfd wake{interrupt_.Fd(), POLLIN, 0};
    // Rounded up by one, so that the loop does not spin through the last fraction of a millisecond.
    poll(&wake, 1, static_cast<int>(std::min<long long>(left.count() + 1, 60'000)));
  }
  return false;
}

std::string Text(Duration duration) {
  const long long ms = duration.count();
  if (ms < 1000) return fmt::format("{}ms", ms);
  if (ms < 60'000) return fmt::format("{}.{}s", ms / 1000, ms % 1000 / 100);
  return fmt::format("{}m{:02}s", ms / 60'000, ms % 60'000 / 1000);
}

std::string Rfc3339(WallTime time) {
  const auto ms = std::chrono::duration_cast<Duration>(time.time_since_epoch()).count();
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, ms % 1000);
}

}  // namespace e2e
