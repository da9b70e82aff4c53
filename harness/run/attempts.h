// Attempts: runs a failed scenario again, and says what all attempts together come to.
#pragma once

#include <functional>

#include "run/result.h"

namespace e2e {

// Runs the attempt with this number, from 1 on; after the last one nothing more is tried.
using RunAttempt = std::function<ScenarioResult(int attempt, bool last)>;

// Up to `retries` more attempts after a FAIL or an INFRA. A pass after a FAIL is FLAKY, with the first failure as its
// error; a pass after nothing worse than INFRA is a PASS with a note. Without a pass a FAIL stands above what came
// after it, but for an interrupt.
ScenarioResult RunWithRetries(int retries, const RunAttempt& run);

}  // namespace e2e
