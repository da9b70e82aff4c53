#include "run/verdict.h"

#include <algorithm>

namespace e2e {

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass: return "PASS";
    case Verdict::kSkipped: return "SKIPPED";
    case Verdict::kFlaky: return "FLAKY";
    case Verdict::kInconclusive: return "INCONCLUSIVE";
    case Verdict::kInfra: return "INFRA";
    case Verdict::kFail: return "FAIL";
    case Verdict::kInterrupted: return "INTERRUPTED";
  }
  return "UNKNOWN";
}

std::optional<Verdict> VerdictNamed(std::string_view name) {
  for (const Verdict verdict : {Verdict::kPass, Verdict::kSkipped, Verdict::kFlaky, Verdict::kInconclusive,
                                Verdict::kInfra, Verdict::kFail, Verdict::kInterrupted}) {
    if (Name(verdict) == name) return verdict;
  }
  return std::nullopt;
}

int ExitCode(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass: return 0;
    case Verdict::kFail: return 1;
    case Verdict::kInfra: return 3;
    case Verdict::kInconclusive: return 4;
    case Verdict::kSkipped: return 5;
    case Verdict::kFlaky: return 6;
    case Verdict::kInterrupted: return 130;
  }
  return 1;
}

Verdict VerdictOf(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::kExpectation:
    case ErrorKind::kTimeout:
    case ErrorKind::kTransport: return Verdict::kFail;
    case ErrorKind::kInterrupted: return Verdict::kInterrupted;
    case ErrorKind::kInconclusive: return Verdict::kInconclusive;
    case ErrorKind::kBadScenario:
    case ErrorKind::kToolMissing:
    case ErrorKind::kCommandFailed:
    case ErrorKind::kInfra:
    case ErrorKind::kInternal: return Verdict::kInfra;
  }
  return Verdict::kInfra;
}

Verdict Worst(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) return Verdict::kInconclusive;
  return *std::max_element(verdicts.begin(), verdicts.end());
}

}  // namespace e2e
