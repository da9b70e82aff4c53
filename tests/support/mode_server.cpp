#include "support/mode_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace e2e {

ModeServer::ModeServer(std::vector<Mode> modes) : modes_(std::move(modes)) {
  stop_ = eventfd(0, EFD_CLOEXEC);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    ADD_FAILURE() << "ModeServer could not listen";
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

ModeServer::~ModeServer() {
  eventfd_write(stop_, 1);
  thread_.join();
  for (const int fd : hung_) close(fd);
  close(listener_);
  close(stop_);
}

void ModeServer::AwaitConnections(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return taken_ >= count; });
}

void ModeServer::Serve() {
  for (std::size_t number = 0;; ++number) {
    pollfd ready[] = {{listener_, POLLIN, 0}, {stop_, POLLIN, 0}};
    poll(ready, 2, -1);
    if (ready[1].revents != 0) return;
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const Mode mode = modes_[std::min(number, modes_.size() - 1)];
    const std::string_view text = mode == Mode::kGreet ? "220 mail\r\n" : mode == Mode::kOther ? "421 away\r\n" : "";
    send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (mode == Mode::kHang) {
      hung_.push_back(fd);
    } else {
      close(fd);
    }
    const std::lock_guard lock(mutex_);
    ++taken_;
    changed_.notify_all();
  }
}

}  // namespace e2e
