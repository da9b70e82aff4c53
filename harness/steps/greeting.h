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

// How long the next greeting may take. A greeting comes at once or not at all: while a pod starts and its endpoint
// comes, the port mapping may take a connection and let it hang, and the next one is answered. So little is waited for
// until a pod is ready, as nobody else can greet; a server that is slow then gets twice the time after each silence.
class GreetingPatience {
 public:
  Duration Next() const;
  void Failed(const Error& error, bool pod_ready) {
    silences_ = pod_ready && error.kind() == ErrorKind::kTimeout ? silences_ + 1 : 0;
  }

 private:
  // In a row.
  int silences_ = 0;
};

}  // namespace e2e
