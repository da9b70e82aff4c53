#include "steps/node_ports.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/json_access.h"

namespace e2e {

Status LeadToNodePorts(World& world, Deadline deadline) {
  const std::string path = CorePath(world.ns, "services", world.release);
  E2E_TRY(const nlohmann::json service, world.api.Get(path, deadline), "leading the Service to node ports");
  nlohmann::json ports = nlohmann::json::array();
  for (const nlohmann::json& port : ListAt(service, "/spec/ports")) {
    const auto at = world.node_ports.find(TextAt(port, "/name"));
    if (at != world.node_ports.end())
      ports.push_back({{"port", IntAt(port, "/port")}, {"protocol", "TCP"}, {"nodePort", at->second}});
  }
  if (ports.size() != world.node_ports.size()) {
    return Error(ErrorKind::kExpectation,
                 fmt::format("the Service has {} of the {} ports", ports.size(), world.node_ports.size()));
  }
  E2E_TRY(const nlohmann::json patched,
          world.api.Patch(path, PatchType::kStrategic, {{"spec", {{"ports", ports}}}}, deadline),
          "leading the Service to node ports");
  return {};
}

}  // namespace e2e
