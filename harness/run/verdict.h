// Verdict: the honest words for what a scenario or a run came to, and the exit code of each.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace e2e {

// In the order of severity for a whole run, the mildest first.
enum class Verdict {
  kPass,
  kSkipped,       // did not run, with a reason
  kFlaky,         // failed, and passed when it was run again
  kInconclusive,  // a fault without a receipt, or a check that could not be made
  kInfra,         // engine, registry, cluster, disk or port: not the product
  kFail,          // the product is wrong
  kInterrupted,   // the user stopped it
};

std::string_view Name(Verdict verdict);
// The other way round; nothing for a word that is none.
std::optional<Verdict> VerdictNamed(std::string_view name);

// 0 pass, 1 fail, 2 wrong usage or scenario, 3 infrastructure, 4 inconclusive, 5 something was skipped, 6 flaky,
// 130 interrupted.
int ExitCode(Verdict verdict);
inline constexpr int kExitUsage = 2;

// What an error in a step means. A transport error counts against the product: the steps talk to it, and
// waits forgive what may be forgiven.
Verdict VerdictOf(const Error& error);

// The worst of them; nothing executed is kInconclusive, as zero checks are not a pass.
Verdict Worst(const std::vector<Verdict>& verdicts);

}  // namespace e2e
