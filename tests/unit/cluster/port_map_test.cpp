#include "cluster/port_map.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>

#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Listens on a port of 127.0.0.1 that the kernel chose, or on the given one.
class Listener {
 public:
  explicit Listener(std::uint16_t port = 0) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_port = htons(port);
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    good_ = bind(fd_, reinterpret_cast<sockaddr*>(&address_), size) == 0 && listen(fd_, 1) == 0;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address_), &size);
  }
  ~Listener() { close(fd_); }
  bool good() const { return good_; }
  std::uint16_t port() const { return ntohs(address_.sin_port); }

 private:
  int fd_;
  bool good_ = false;
  sockaddr_in address_{};
};

TEST(PortMap, GivesEachLaneEightFreePortsOfItsOwn) {
  const auto lanes = PortMap::Allocate(3);
  ASSERT_THAT(lanes, Succeeds());
  ASSERT_EQ(lanes->size(), 3u);
  std::set<int> host_ports, node_ports;
  for (const PortMap& lane : *lanes) {
    EXPECT_EQ(lane.mappings().size(), 8u);
    for (const PortMapping& mapping : lane.mappings()) {
      host_ports.insert(mapping.host_port);
      node_ports.insert(mapping.node_port);
      EXPECT_GE(mapping.host_port, 20000);
      EXPECT_LT(mapping.host_port, 30000);
      EXPECT_TRUE(Listener(mapping.host_port).good());
    }
  }
  EXPECT_EQ(host_ports.size(), 24u);
  EXPECT_EQ(node_ports.size(), 24u);
  EXPECT_EQ((*lanes)[2].Of("http").node_port, 30120);
  EXPECT_EQ((*lanes)[2].Of("sieve").node_port, 30127);
  EXPECT_EQ((*lanes)[0].Of("submission").container_port, 587);
}

TEST(PortMap, AFixedPortThatIsTakenNamesItsHolder) {
  const Listener listener;
  ASSERT_TRUE(listener.good());
  EXPECT_THAT(PortMap::Fixed(0, listener.port()),
              FailsWith(ErrorKind::kInfra, AllOf(HasSubstr(fmt::format("port {}", listener.port())), HasSubstr("http"),
                                                 HasSubstr(fmt::format("(pid {})", getpid())))));
}

}  // namespace
}  // namespace e2e
