// Reason: why a workload isn't ready, as a code with a stable name; and when waiting on it is hopeless.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace e2e {

// The names are part of report.json and of scenarios; README, "Why a wait ended", lists them with their limits.
enum class Reason {
  kObjectRefused,
  kInvalidSelector,
  kScaledToZero,
  kPodSecurityForbidden,
  kQuotaExceeded,
  kMissingServiceAccount,
  kPodRefused,
  kMissingClaim,
  kNoProvisioner,
  kClaimPending,
  kUnschedulable,
  kNodeNotReady,
  kMissingSecret,
  kMissingConfigMap,
  kMissingKey,
  kVolumeMountFailed,
  kContainerConfigError,
  kInvalidImageName,
  kImageNotOnNode,
  kImageNotFound,
  kImagePullFails,
  kCannotStart,
  kInitFailed,
  kOOMKilled,
  kLivenessKills,
  kCrashLoop,
  kEvicted,
  kPodFailed,
  kReadinessFails,
  kStarting,
};

// When a state is hopeless: it was there without a break for `held`, and its container was restarted `restarts` times.
// Nothing in `held`: never, as it may heal by itself; then only a wait's own deadline ends it.
struct HopelessAfter {
  std::optional<Duration> held;
  int restarts = 0;
};

// "at once", "after 20 s", "after 3 restarts", "never".
std::string Text(const HopelessAfter& limit);

struct ReasonInfo {
  Reason reason;
  // "ImageNotFound".
  std::string_view name;
  // "the registry has no such image".
  std::string_view help;
  HopelessAfter hopeless;
};

// In the order of the enum, which is that of a pod's life.
const std::vector<ReasonInfo>& AllReasons();
const ReasonInfo& InfoOf(Reason reason);
inline std::string_view Name(Reason reason) {
  return InfoOf(reason).name;
}

}  // namespace e2e
