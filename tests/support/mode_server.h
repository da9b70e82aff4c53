// ModeServer: a port on 127.0.0.1 that greets, or fails in a way of its own, connection by connection.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace e2e {

// Takes any number of connections; LoopbackServer is for conversations. It never complains.
class ModeServer {
 public:
  enum class Mode {
    kGreet,  // "220 mail", then closes
    kClose,  // closes at once
    kHang,   // says nothing
    kOther,  // "421 away"
  };

  // What it does with the first, second, … connection; with all later ones as with the last.
  explicit ModeServer(std::vector<Mode> modes);
  ~ModeServer();
  ModeServer(const ModeServer&) = delete;
  ModeServer& operator=(const ModeServer&) = delete;

  std::uint16_t port() const { return port_; }
  // Blocks until so many connections were taken.
  void AwaitConnections(std::size_t count);

 private:
  void Serve();

  const std::vector<Mode> modes_;
  int listener_ = -1;
  int stop_ = -1;
  std::uint16_t port_ = 0;
  std::vector<int> hung_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t taken_ = 0;
  std::thread thread_;
};

}  // namespace e2e
