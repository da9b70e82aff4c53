// SaidPeer: a peer on 127.0.0.1 that says what it was given, however the client likes it, and closes.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "net/endpoint.h"

namespace e2e {

// It takes one connection after the other: says the text, closes its side, and reads what the client says until that
// closes too. Thread rule: one thread makes one connection after each Say(), and closes it before the next.
class SaidPeer {
 public:
  SaidPeer();
  ~SaidPeer();
  SaidPeer(const SaidPeer&) = delete;
  SaidPeer& operator=(const SaidPeer&) = delete;

  // For the next connection; waits for the end of the one before.
  Endpoint Say(std::string text);

 private:
  void Serve();

  std::string text_;
  std::atomic<bool> busy_{false};
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace e2e
