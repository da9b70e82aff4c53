// Stream: the bytes of one TCP connection, in clear or under TLS, with an upgrade on the way.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/outcome.h"
#include "net/endpoint.h"

namespace e2e {

// Owns the socket; move-only. Every wait ends at its deadline (kTimeout), at the interrupt (kInterrupted) or when
// the connection is lost (kTransport). `clock` and `interrupt` must outlive it. Thread rule: one thread.
// SIGPIPE must be ignored in the process, as Interrupt::Install() does.
class Stream {
 public:
  static Outcome<Stream> Connect(const Endpoint& endpoint, const Clock& clock, const Interrupt& interrupt,
                                 Deadline deadline);
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;
  ~Stream();

  // The TLS handshake on the same connection. After a failure only Close() is left to do.
  Status StartTls(const TlsTrust& trust, Deadline deadline);
  // All of it, or an error; then it is unknown how much left.
  Status Write(std::string_view bytes, Deadline deadline);
  // At least one byte, or 0 when the server has closed.
  Outcome<std::size_t> Read(char* buffer, std::size_t size, Deadline deadline);
  // What is there already: nothing when the server is silent, 0 when it has closed.
  Outcome<std::optional<std::size_t>> TryRead(char* buffer, std::size_t size);
  void Close();

  bool open() const;
  bool secure() const;
  const Endpoint& endpoint() const;

 private:
  struct State;
  explicit Stream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace e2e
