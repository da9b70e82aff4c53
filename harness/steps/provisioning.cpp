#include "steps/provisioning.h"

namespace e2e {

Status Provision(World& world, Deadline deadline) {
  switch (world.profile().management) {
    case Management::kRest: return ProvisionByRest(world, deadline);
    case Management::kJmap: return ProvisionByJmap(world, deadline);
  }
  return Error(ErrorKind::kInternal, "a management interface without a provisioning");
}

}  // namespace e2e
