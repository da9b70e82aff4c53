// PortMap: how each port of the Service is reached from the host, for one lane of scenarios.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"

namespace e2e {

struct PortMapping {
  // The Service's name for the port.
  std::string name;
  std::uint16_t container_port = 0;
  std::uint16_t node_port = 0;
  // On 127.0.0.1.
  std::uint16_t host_port = 0;
};

// Value type: the eight ports of the chart's Service, always all of them, in the Service's order.
class PortMap {
 public:
  // `count` lanes with free host ports. Lane i has NodePorts from 30100 + 10 * i on. The ports are outside of
  // the range that the kernel gives to outgoing connections, so that none of those takes one meanwhile.
  static Outcome<std::vector<PortMap>> Allocate(int count);
  // Lane `lane` at fixed host ports: first_host_port and the seven after it. kInfra names who holds a taken one.
  static Outcome<PortMap> Fixed(int lane, std::uint16_t first_host_port);

  // Lane `lane` of a cluster that is there: its eight host ports, in the Service's order. kInfra when they are not
  // eight.
  static Outcome<PortMap> Restore(int lane, const std::vector<std::uint16_t>& host_ports);

  int lane() const { return lane_; }
  const std::vector<PortMapping>& mappings() const { return mappings_; }
  // `name` must be one of the eight.
  const PortMapping& Of(std::string_view name) const;

 private:
  PortMap(int lane, const std::vector<std::uint16_t>& host_ports);

  int lane_;
  std::vector<PortMapping> mappings_;
};

// "nginx (pid 4711)", or "a process of another user", for the listener on a TCP port of this machine.
std::string HolderOf(std::uint16_t port);

}  // namespace e2e
