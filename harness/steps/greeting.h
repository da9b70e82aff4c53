// Greetings: whether a port answers with its own protocol. A connect alone proves nothing, since the engine's
// port mapping accepts connections for a server that is not there.
#pragma once

#include <string>

#include "steps/ports.h"
#include "steps/world.h"

namespace e2e {

// The first line that the server says on this port (for HTTP: the status of a GET of `path`). kExpectation when
// it speaks something else, kTransport or kTimeout when it does not speak.
Outcome<std::string> ReadGreeting(World& world, const PortContract& port, Deadline deadline);

}  // namespace e2e
