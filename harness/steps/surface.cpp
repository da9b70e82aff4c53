#include "steps/surface.h"

#include <fmt/format.h>

#include "base/yaml.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

// Each item of a list under the name that one of its fields gives it.
void AddNamed(const json& list, const std::string& prefix, const char* name, Surface& surface) {
  for (const json& item : list) surface[prefix + TextAt(item, name)] = item;
}

void AddContainers(const json& spec, const char* list, const std::string& prefix, Surface& surface) {
  for (const json& container : ListAt(spec, list)) {
    const std::string of = prefix + TextAt(container, "/name") + ": ";
    AddNamed(ListAt(container, "/ports"), of + "port ", "/name", surface);
    AddNamed(ListAt(container, "/env"), of + "env ", "/name", surface);
    AddNamed(ListAt(container, "/volumeMounts"), of + "mount ", "/mountPath", surface);
    for (const char* probe : {"startupProbe", "livenessProbe", "readinessProbe"}) {
      if (container.contains(probe)) surface[of + probe] = container.at(probe);
    }
  }
}

void AddPod(const json& spec, const std::string& prefix, Surface& surface) {
  AddContainers(spec, "/initContainers", prefix + "init container ", surface);
  AddContainers(spec, "/containers", prefix + "container ", surface);
  AddNamed(ListAt(spec, "/volumes"), prefix + "volume ", "/name", surface);
}

void AddFields(const json& object, std::initializer_list<const char*> fields, const std::string& prefix,
               Surface& surface) {
  for (const char* field : fields) {
    if (object.contains(field)) surface[prefix + field] = object.at(field);
  }
}

void AddKeys(const json& object, const std::string& prefix, bool masked, Surface& surface) {
  for (const char* data : {"/data", "/stringData", "/binaryData"}) {
    for (const auto& [key, value] : JsonAt(object, data).items()) {
      surface[prefix + "key " + key] = masked ? json("(masked)") : value;
    }
  }
}

// Without the release's own name, which is that of its Deployment: "Service", "Service mail".
std::string NameOf(const json& object, const std::string& release) {
  const std::string kind = TextAt(object, "/kind"), name = TextAt(object, "/metadata/name");
  if (name == release) return kind;
  return fmt::format("{} {}", kind, name.starts_with(release + "-") ? name.substr(release.size() + 1) : name);
}

void AddObject(const json& object, const std::string& release, Surface& surface) {
  const std::string kind = TextAt(object, "/kind");
  const std::string name = NameOf(object, release);
  const std::string prefix = name + ": ";
  if (kind == "Service") {
    AddNamed(ListAt(object, "/spec/ports"), prefix + "port ", "/name", surface);
    AddFields(JsonAt(object, "/spec"), {"selector", "type"}, prefix, surface);
  } else if (kind == "Deployment") {
    AddPod(JsonAt(object, "/spec/template/spec"), prefix, surface);
    AddFields(JsonAt(object, "/spec"), {"replicas", "strategy"}, prefix, surface);
    AddFields(JsonAt(object, "/spec/template/spec"), {"securityContext", "terminationGracePeriodSeconds"}, prefix,
              surface);
  } else if (kind == "Pod") {
    AddPod(JsonAt(object, "/spec"), prefix, surface);
  } else if (kind == "ConfigMap" || kind == "Secret") {
    AddKeys(object, prefix, kind == "Secret", surface);
  } else {
    surface[name] = object;
    // They say the release and its version, and are no part of what the object does.
    surface[name].at("metadata").erase("labels");
  }
}

void AddNames(const json& values, const std::string& prefix, std::vector<std::string>& names) {
  for (const auto& [key, value] : values.items()) {
    if (value.is_object() && !value.empty()) {
      AddNames(value, prefix + key + ".", names);
    } else {
      names.push_back(prefix + key);
    }
  }
}

}  // namespace

Outcome<Surface> SurfaceOf(const std::string& manifests) {
  std::vector<json> objects;
  std::string release;
  for (const std::string& text : SplitYamlDocuments(manifests)) {
    E2E_TRY(const YamlNode document, YamlNode::Parse(text, "what helm rendered"), "reading what helm rendered");
    objects.push_back(document.ToJson());
    if (TextAt(objects.back(), "/kind") == "Deployment") release = TextAt(objects.back(), "/metadata/name");
  }
  Surface surface;
  for (const json& object : objects) AddObject(object, release, surface);
  return surface;
}

std::vector<std::string> Touched(const Surface& before, const Surface& after) {
  std::vector<std::string> names;
  for (const auto& [name, part] : before) {
    const auto at = after.find(name);
    if (at == after.end() || at->second != part) names.push_back(name);
  }
  return names;
}

std::vector<std::string> ValueNames(const json& values) {
  std::vector<std::string> names;
  AddNames(values, "", names);
  return names;
}

}  // namespace e2e
