#include "steps/wiring.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cluster/json_access.h"
#include "steps/ports.h"

namespace e2e {
namespace {

using nlohmann::json;

json Named(const json& list, std::string_view name) {
  for (const json& item : list) {
    if (item.value("name", "") == name) return item;
  }
  return nullptr;
}

// A targetPort is a number, or the name of a port of the container.
int TargetOf(const json& port, const json& container_ports) {
  const json target = port.value("targetPort", port.value("port", json(0)));
  if (target.is_number_integer()) return target.get<int>();
  const json named = target.is_string() ? Named(container_ports, target.get<std::string>()) : json(nullptr);
  return named.is_object() ? named.value("containerPort", 0) : 0;
}

void CheckPorts(const json& service, const json& container, std::vector<std::string>& found) {
  const json ports = ListAt(service, "/spec/ports");
  for (const PortContract& contract : kPortContracts) {
    const json port = Named(ports, contract.name);
    if (port.is_null()) {
      found.push_back(fmt::format("the Service has no port {}", contract.name));
    } else if (const int target = TargetOf(port, ListAt(container, "/ports")); target == 0) {
      found.push_back(fmt::format("port {} of the Service leads to no port of the container, the server listens on {}",
                                  contract.name, contract.container_port));
    } else if (target != contract.container_port) {
      found.push_back(fmt::format("port {} of the Service leads to port {} of the container, the server listens on {}",
                                  contract.name, target, contract.container_port));
    }
  }
}

void CheckState(const json& pod_spec, const json& container, const ServerProfile& profile,
                std::vector<std::string>& found) {
  std::vector<std::string> mounted;
  for (const json& mount : ListAt(container, "/volumeMounts")) {
    if (mount.value("mountPath", "") == profile.state_path) {
      const json volume = Named(ListAt(pod_spec, "/volumes"), mount.value("name", ""));
      if (volume.is_object() && volume.contains("emptyDir")) {
        found.push_back(fmt::format("the volume at {} is an emptyDir, which ends with the pod", profile.state_path));
      }
      return;
    }
    mounted.push_back(mount.value("mountPath", ""));
  }
  found.push_back(fmt::format("no volume is mounted at {}, where the server keeps its state; mounted: {}",
                              profile.state_path, mounted.empty() ? "nothing" : Join(mounted, ", ")));
}

}  // namespace

std::vector<std::string> FindMiswiring(const json& service, const json& deployment, const ServerProfile& profile) try {
  std::vector<std::string> found;
  const json containers = ListAt(deployment, "/spec/template/spec/containers");
  if (containers.empty()) return {"the Deployment has no container"};
  CheckPorts(service, containers.front(), found);
  CheckState(deployment.at("spec").at("template").at("spec"), containers.front(), profile, found);
  return found;
} catch (const json::exception&) {
  return {"the release's objects are not of the known form"};
}

}  // namespace e2e
