// Kubernetes objects as the API gives them, in the little that tests need.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace e2e {

inline std::string KubeList(const std::vector<nlohmann::json>& items, const std::string& version = "1") {
  return nlohmann::json{{"kind", "List"}, {"metadata", {{"resourceVersion", version}}}, {"items", items}}.dump();
}

// A running and ready pod with one container "stalwart".
inline nlohmann::json RunningPod(const std::string& name, const std::string& uid, const std::string& container_id,
                                 int restarts = 0) {
  using nlohmann::json;
  const json container = {{"name", "stalwart"},
                          {"containerID", "containerd://" + container_id},
                          {"restartCount", restarts},
                          {"ready", true},
                          {"state", {{"running", {{"startedAt", "2026-11-24T02:30:05Z"}}}}}};
  json pod;
  pod["metadata"] = {
      {"name", name}, {"uid", uid}, {"resourceVersion", "2"}, {"creationTimestamp", "2026-11-24T02:30:00Z"}};
  pod["spec"]["containers"] = json::array({json{{"name", "stalwart"}}});
  pod["status"]["phase"] = "Running";
  pod["status"]["conditions"] = json::array({json{{"type", "Ready"}, {"status", "True"}}});
  pod["status"]["containerStatuses"] = json::array({container});
  return pod;
}

// A pod whose container waits for `reason`.
inline nlohmann::json WaitingPod(const std::string& name, const std::string& reason, const std::string& message,
                                 int restarts = 0) {
  nlohmann::json pod = RunningPod(name, "uid-" + name, "", restarts);
  pod["status"]["phase"] = "Pending";
  pod["status"]["conditions"][0]["status"] = "False";
  nlohmann::json& container = pod["status"]["containerStatuses"][0];
  container["ready"] = false;
  container["state"] = {{"waiting", {{"reason", reason}, {"message", message}}}};
  if (restarts > 0) container["lastState"] = {{"terminated", {{"exitCode", 1}, {"reason", "Error"}}}};
  return pod;
}

}  // namespace e2e
