// TlsSession: the client's side of TLS on a socket that is connected already. Internal to net/.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/outcome.h"
#include "net/endpoint.h"

namespace e2e {

// What one non-blocking read or write came to.
struct IoStep {
  enum class Kind { kBytes, kWouldBlock, kEof, kLost } kind;
  std::size_t bytes = 0;
  std::string why;  // with kLost
};

// libcurl is made to believe that it opened the socket itself (OPENSOCKETFUNCTION and ALREADY_CONNECTED), so
// that no second TLS library is needed. The socket stays the caller's and must outlive the session.
class TlsSession {
 public:
  static Outcome<std::unique_ptr<TlsSession>> Handshake(int fd, const Endpoint& endpoint, const TlsTrust& trust,
                                                        const Clock& clock, const Interrupt& interrupt,
                                                        Deadline deadline);
  virtual ~TlsSession() = default;
  virtual IoStep Read(char* buffer, std::size_t size) = 0;
  // After kWouldBlock the same bytes must be offered again.
  virtual IoStep Write(const char* bytes, std::size_t size) = 0;
};

}  // namespace e2e
