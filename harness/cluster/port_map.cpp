#include "cluster/port_map.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/descriptor.h"
#include "base/text.h"

namespace e2e {
namespace {

struct ServicePort {
  std::string_view name;
  std::uint16_t container_port;
};
constexpr std::array<ServicePort, 8> kServicePorts = {{{"http", 8080},
                                                       {"https", 443},
                                                       {"smtp", 25},
                                                       {"submission", 587},
                                                       {"smtps", 465},
                                                       {"imap", 143},
                                                       {"imaps", 993},
                                                       {"sieve", 4190}}};

constexpr int kFirstNodePort = 30100;
constexpr int kNodePortsPerLane = 10;
// Kubernetes' NodePorts begin at 30000, the kernel's own choice for outgoing connections at 32768.
constexpr int kFirstHostPort = 20000;
constexpr int kHostPorts = 10000;

bool IsFree(std::uint16_t port) {
  const Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.open()) return false;
  const int one = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  return bind(fd.get(), where, sizeof address) == 0 && listen(fd.get(), 1) == 0;
}

// The inode of the socket that listens on `port`, out of the kernel's table, or empty.
std::string ListenerInode(std::uint16_t port) {
  constexpr std::string_view kListen = "0A";
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream lines(table);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream fields(line);
      std::string slot, local, remote, state, queues, timer, retransmits, user, timeout, inode;
      fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
      if (state == kListen && local.ends_with(fmt::format(":{:04X}", port))) return inode;
    }
  }
  return "";
}

bool HoldsSocket(const std::filesystem::path& process, const std::string& link) {
  std::error_code error;
  for (const auto& fd : std::filesystem::directory_iterator(process / "fd", error)) {
    if (std::filesystem::read_symlink(fd.path(), error) == link) return true;
  }
  return false;
}

}  // namespace

PortMap::PortMap(int lane, const std::vector<std::uint16_t>& host_ports) : lane_(lane) {
  for (std::size_t i = 0; i < kServicePorts.size(); ++i) {
    mappings_.push_back({std::string(kServicePorts[i].name), kServicePorts[i].container_port,
                         static_cast<std::uint16_t>(kFirstNodePort + kNodePortsPerLane * lane + static_cast<int>(i)),
                         host_ports[i]});
  }
}

Outcome<std::vector<PortMap>> PortMap::Allocate(int count) {
  // Runs at the same time begin at different places, so that they rarely meet.
  const int start = static_cast<int>(static_cast<unsigned>(getpid()) * 2654435761u % kHostPorts);
  std::vector<PortMap> lanes;
  std::vector<std::uint16_t> ports;
  for (int i = 0; i < kHostPorts && static_cast<int>(lanes.size()) < count; ++i) {
    const auto port = static_cast<std::uint16_t>(kFirstHostPort + (start + i) % kHostPorts);
    if (IsFree(port)) ports.push_back(port);
    if (ports.size() < kServicePorts.size()) continue;
    lanes.push_back(PortMap(static_cast<int>(lanes.size()), ports));
    ports.clear();
  }
  if (static_cast<int>(lanes.size()) == count) return lanes;
  return Error(ErrorKind::kInfra, fmt::format("no {} free ports on 127.0.0.1 between {} and {}; end what listens there",
                                              kServicePorts.size() * static_cast<std::size_t>(count), kFirstHostPort,
                                              kFirstHostPort + kHostPorts - 1));
}

Outcome<PortMap> PortMap::Fixed(int lane, std::uint16_t first_host_port) {
  std::vector<std::uint16_t> ports;
  for (std::size_t i = 0; i < kServicePorts.size(); ++i) {
    const auto port = static_cast<std::uint16_t>(first_host_port + i);
    if (!IsFree(port)) {
      return Error(ErrorKind::kInfra,
                   fmt::format("port {} of 127.0.0.1, wanted for {}, is taken by {}; end that or choose other ports",
                               port, kServicePorts[i].name, HolderOf(port)));
    }
    ports.push_back(port);
  }
  return PortMap(lane, ports);
}

Outcome<PortMap> PortMap::Restore(int lane, const std::vector<std::uint16_t>& host_ports) {
  if (host_ports.size() == kServicePorts.size()) return PortMap(lane, host_ports);
  return Error(ErrorKind::kInfra, fmt::format("lane {} has {} host ports on record", lane, host_ports.size()));
}

const PortMapping& PortMap::Of(std::string_view name) const {
  const auto at = std::find_if(mappings_.begin(), mappings_.end(),
                               [&](const PortMapping& mapping) { return mapping.name == name; });
  assert(at != mappings_.end());
  return *at;
}

std::string HolderOf(std::uint16_t port) {
  const std::string inode = ListenerInode(port);
  if (inode.empty()) return "nothing that listens any more";
  std::error_code error;
  for (const auto& process : std::filesystem::directory_iterator("/proc", error)) {
    const std::string pid = process.path().filename().string();
    if (!ParseInt(pid) || !HoldsSocket(process.path(), "socket:[" + inode + "]")) continue;
    std::ifstream comm(process.path() / "comm");
    std::string name;
    std::getline(comm, name);
    return fmt::format("{} (pid {})", name, pid);
  }
  return "a process of another user";
}

}  // namespace e2e
