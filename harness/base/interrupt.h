// Interrupt: turns SIGINT and SIGTERM into a flag and a readable descriptor.
#pragma once

#include <atomic>

#include "base/descriptor.h"

namespace e2e {

// The first signal asks for an orderly end; the second one ends the process at once with status 130.
// At most one object at a time may be installed; the destructor restores the former handlers.
// Thread rule: Requested() and Fd() from any thread, the rest from the main thread.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Takes over SIGINT and SIGTERM, and ignores SIGPIPE (libcurl leaves that to its user).
  void Install();
  // As a signal would; used by tests.
  void Request();
  bool Requested() const { return requested_.load(); }
  // Clears the request, so that teardown can run commands of its own. A further signal still ends at once.
  void Acknowledge();
  // Readable from the first signal until Acknowledge().
  int Fd() const { return fd_.get(); }

 private:
  static void OnSignal(int signal);

  std::atomic<bool> requested_{false};
  std::atomic<bool> seen_{false};
  bool installed_ = false;
  const Descriptor fd_;
};

}  // namespace e2e
