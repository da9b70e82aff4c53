// Descriptor: an open file, socket or pipe that is closed when its owner is gone.
#pragma once

#include <unistd.h>

#include <utility>

namespace e2e {

// Owns one file descriptor, or none. Takes what open(2) and its like give, also their -1. Errors of close(2) are not
// told: whoever needs to know that data is on the disk syncs it first. Thread rule: get() and open() from any
// thread, as long as none closes or moves it.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { Close(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  // What it held is closed at once.
  Descriptor& operator=(Descriptor&& other) noexcept {
    const int taken = std::exchange(other.fd_, -1);
    Close();
    fd_ = taken;
    return *this;
  }

  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void Close() {
    if (open()) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

}  // namespace e2e
