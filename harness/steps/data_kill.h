// KillInData: a container that is killed while it takes a message, and the ledger's word on that message.
#pragma once

#include <string>

#include "steps/world.h"

namespace e2e {

// Between the 354 and the final dot, or right after that dot.
enum class DataPoint { kBeforeDot, kAfterDot };

// Gives the receipt. A message without its dot is refused for the ledger, whatever became of the connection; one with
// it is what the server's answer says, and unknown without one. kInconclusive when the server did not let it get there.
// `ledger` is the name of one that there is.
Outcome<std::string> KillInData(World& world, DataPoint point, const std::string& ledger, Deadline deadline);

}  // namespace e2e
