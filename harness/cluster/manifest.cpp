#include "cluster/manifest.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/yaml.h"
#include "cluster/api_kinds.h"
#include "cluster/causes.h"
#include "cluster/json_access.h"

namespace e2e {

using nlohmann::json;

Outcome<std::vector<ManifestObject>> ParseManifest(const std::string& text, const std::string& file) {
  std::vector<ManifestObject> objects;
  for (const std::string& document : SplitYamlDocuments(text)) {
    E2E_TRY(const YamlNode node, YamlNode::Parse(document, file), "reading manifest " + file);
    const json object = node.ToJson();
    ManifestObject named{TextAt(object, "/kind"), TextAt(object, "/metadata/name"), TextAt(object, "/apiVersion"),
                         document};
    if (named.kind.empty() || named.name.empty() || named.api_version.empty()) {
      return Error(ErrorKind::kBadScenario, file + ": an object lacks kind, apiVersion or metadata.name");
    }
    objects.push_back(std::move(named));
  }
  if (objects.empty()) return Error(ErrorKind::kBadScenario, file + " holds no object");
  return objects;
}

Status ApplyManifest(KubeApi& api, const std::vector<ManifestObject>& objects, const std::string& ns,
                     Deadline deadline) {
  ApiKinds kinds(api);
  for (const ManifestObject& object : objects) {
    const std::string what = fmt::format("applying {} {}", object.kind, object.name);
    E2E_TRY(const auto path, kinds.PathOf({object.api_version, object.kind, "", object.name}, ns, deadline), what);
    if (!path) return Error(ErrorKind::kBadScenario, what + ": the cluster does not serve this kind");
    const auto applied = api.Apply(*path, object.yaml, deadline);
    if (applied) continue;
    Error refused = applied.error();
    if (refused.kind() == ErrorKind::kExpectation || refused.message().find("forbidden") != std::string::npos) {
      refused.Because(std::string(Name(ReasonOfRefusedObject(refused.message()))));
    }
    return refused.While(what);
  }
  return {};
}

}  // namespace e2e
