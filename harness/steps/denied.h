// Denied: what becomes of new mail when the server's volume can't be written.
#pragma once

#include <string>

#include "steps/world.h"

namespace e2e {

// Waits until the server does not start, refuses a login, or has been given a message; what came of that one is in the
// ledger of this name, which there has to be. kExpectation when it was accepted: nothing could keep it.
Outcome<std::string> BeDenied(World& world, const std::string& ledger, Deadline deadline);

}  // namespace e2e
