// The node ports of a lane, for a Service that can't be told them by values.
#pragma once

#include "steps/world.h"

namespace e2e {

// Leads the ports of the release's Service to world.node_ports, behind helm's back. kExpectation when the Service lacks
// one of them.
Status LeadToNodePorts(World& world, Deadline deadline);

}  // namespace e2e
