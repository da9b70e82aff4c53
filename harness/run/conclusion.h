// Conclusion: what the steps and the clean-up of one attempt come to. Plain decisions over plain data, so that a
// recorded attempt is concluded as a fresh one is (run/replay.h).
#pragma once

#include "run/result.h"

namespace e2e {

// Sets verdict and error out of result.steps: one error for all that failed, at the place of the first. Without a
// failure it is a PASS when something was checked, else INCONCLUSIVE. `checks`: a step of the scenario checks
// something.
void Conclude(bool checks, ScenarioResult& result);

// Clean-up that failed makes a PASS INFRA, and changes no other verdict.
void CountCleanUp(ScenarioResult& result);

}  // namespace e2e
