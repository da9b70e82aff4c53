// The chart's own tests, run by helm: whether they pass, fail for the reason that is meant, and stay out of the
// Service.
#pragma once

#include <string>

#include "steps/world.h"

namespace e2e {

// With an empty `fails` all tests must pass, and there must be one that is a pod. Otherwise one must fail, and the log
// of a failed test's pod must hold `fails`. Either way no test's pod may be an endpoint of the Service, or ever become
// one by its labels. Gives what was run.
Outcome<std::string> RunHelmTests(World& world, const std::string& fails, Deadline deadline);

}  // namespace e2e
