#include "steps/provisioning.h"

namespace e2e {

Status Provision(World& world, Deadline deadline) {
  switch (world.profile().management) {
    case Management::kRest: return ProvisionByRest(world, deadline);
    case Management::kJmap: return ProvisionByJmap(world, deadline);
  }
  return Error(ErrorKind::kInternal, "a management interface without a provisioning");
}

Outcome<bool> ThrottlesOff(World& world, Deadline deadline) {
  switch (world.profile().management) {
    case Management::kRest: return ThrottlesOffByRest(world, deadline);
    case Management::kJmap: return ThrottlesOffByJmap(world, deadline);
  }
  return Error(ErrorKind::kInternal, "a management interface without throttles");
}

}  // namespace e2e
