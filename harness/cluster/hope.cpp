#include "cluster/hope.h"

#include <fmt/format.h>

#include "cluster/explain.h"

namespace e2e {
namespace {

Duration HeldFor(const Cause& cause, const Snapshot& snapshot, Duration seen) {
  if (!cause.since || !snapshot.taken_at) return seen;
  return std::max(seen, std::chrono::duration_cast<Duration>(*snapshot.taken_at - *cause.since));
}

Error Hopeless(const Cause& cause, const Snapshot& snapshot, Duration held) {
  const ReasonInfo& info = InfoOf(cause.reason);
  const std::string seen =
      info.hopeless.restarts > 0 ? fmt::format("{} restarts", cause.restarts) : "for " + Text(held);
  return Error(ErrorKind::kExpectation, fmt::format("waiting is hopeless, {}: {}", info.help, Explain(snapshot)))
      .Because(std::string(info.name))
      .Detail(fmt::format("{} of {} {}; that is hopeless {}", info.name, cause.subject, seen, Text(info.hopeless)));
}

}  // namespace

Status Hope::Check(const Snapshot& snapshot, TimePoint now) {
  std::map<std::string, TimePoint> before;
  before.swap(since_);
  for (const Cause& cause : FindCauses(snapshot)) {
    const std::string key = fmt::format("{} {}", Name(cause.reason), cause.subject);
    const auto known = before.find(key);
    const TimePoint since = since_[key] = known == before.end() ? now : known->second;
    const HopelessAfter& limit = InfoOf(cause.reason).hopeless;
    if (!limit.held || cause.restarts < limit.restarts) continue;
    const Duration held = HeldFor(cause, snapshot, std::chrono::duration_cast<Duration>(now - since));
    if (held >= *limit.held) return Hopeless(cause, snapshot, held);
  }
  return {};
}

std::string ReasonName(const Snapshot& snapshot) {
  const std::vector<Cause> causes = FindCauses(snapshot);
  return causes.empty() ? "" : std::string(Name(causes.front().reason));
}

}  // namespace e2e
