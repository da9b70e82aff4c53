#include "fuzz/support/said_peer.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>
#include <utility>

#include "fuzz/support/demand.h"

namespace e2e {

SaidPeer::SaidPeer() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  Demand(bind(listener_, generic, size) == 0 && listen(listener_, 16) == 0, "a peer can listen");
  Demand(getsockname(listener_, generic, &size) == 0, "a listener has a port");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

SaidPeer::~SaidPeer() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

Endpoint SaidPeer::Say(std::string text) {
  busy_.wait(true);
  text_ = std::move(text);
  busy_ = true;
  return {.host = "localhost", .address = "127.0.0.1", .port = port_};
}

void SaidPeer::Serve() {
  for (int fd; (fd = accept(listener_, nullptr, nullptr)) >= 0;) {
    std::string_view rest = text_;
    while (!rest.empty()) {
      const ssize_t sent = send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    shutdown(fd, SHUT_WR);
    for (char heard[4096]; recv(fd, heard, sizeof heard, 0) > 0;) continue;
    close(fd);
    busy_ = false;
    busy_.notify_one();
  }
}

}  // namespace e2e
