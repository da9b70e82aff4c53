#include "support/loopback_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "support/loopback_connection.h"

namespace e2e {
namespace {

std::string Where(std::size_t number) {
  return "connection " + std::to_string(number + 1);
}

}  // namespace

LoopbackServer::LoopbackServer(Options options, std::vector<Script> connections)
    : scripts_(std::move(connections)), options_(std::move(options)) {
  // OpenSSL writes without MSG_NOSIGNAL.
  signal(SIGPIPE, SIG_IGN);
  stop_fd_ = eventfd(0, EFD_CLOEXEC);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    Fail(std::string("could not listen: ") + std::strerror(errno));
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

LoopbackServer::~LoopbackServer() {
  Stop();
  if (listener_ >= 0) close(listener_);
  close(stop_fd_);
  for (const std::string& failure : failures_) ADD_FAILURE() << "LoopbackServer: " << failure;
}

void LoopbackServer::Stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  eventfd_write(stop_fd_, 1);
  thread_.join();
}

void LoopbackServer::Serve() {
  std::vector<std::jthread> open;
  for (std::size_t number = 0; number < scripts_.size(); ++number) {
    if (!WaitReady(listener_, POLLIN, {})) return Fail(Where(number) + " was never made");
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (options_.parallel) {
      open.emplace_back([this, number, fd] { ServeOne(number, fd); });
    } else {
      ServeOne(number, fd);
    }
  }
  close(std::exchange(listener_, -1));
}

void LoopbackServer::ServeOne(std::size_t number, int fd) {
  Connection connection(*this, fd);
  for (const std::string& line : scripts_[number].lines) {
    if (!connection.Do(line)) return Fail(Where(number) + " ended before \"" + line + "\"");
  }
  connection.Finish();
}

bool LoopbackServer::WaitReady(int fd, short events, std::chrono::milliseconds patience) const {
  pollfd ready[] = {{fd, events, 0}, {stop_fd_, POLLIN, 0}};
  poll(ready, 2, patience.count() > 0 ? static_cast<int>(patience.count()) : -1);
  return ready[0].revents != 0;
}

bool LoopbackServer::WaitFor(const std::string& name) {
  std::unique_lock lock(mutex_);
  reached_.insert(name);
  changed_.notify_all();
  changed_.wait(lock, [&] { return stopping_ || released_.contains(name); });
  return released_.contains(name);
}

void LoopbackServer::Release(const std::string& name) {
  const std::lock_guard lock(mutex_);
  released_.insert(name);
  changed_.notify_all();
}

void LoopbackServer::AwaitReached(const std::string& name) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return reached_.contains(name); });
}

void LoopbackServer::Fail(const std::string& what) {
  const std::lock_guard lock(mutex_);
  failures_.push_back(what);
}

std::vector<std::string> LoopbackServer::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::vector<std::string> LoopbackServer::TakeFailures() {
  const std::lock_guard lock(mutex_);
  return std::exchange(failures_, {});
}

}  // namespace e2e
