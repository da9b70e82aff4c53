// Manifest: objects of a YAML file, brought to the cluster by server-side apply.
#pragma once

#include <string>
#include <vector>

#include "cluster/kube_api.h"

namespace e2e {

struct ManifestObject {
  // "Deployment", "image-typo".
  std::string kind;
  std::string name;
  std::string api_version;
  // As it was written, for the API to read.
  std::string yaml;
};

// The documents of `text`, of which each must have kind, apiVersion and metadata.name; `file` names the text in
// messages. kBadScenario otherwise.
Outcome<std::vector<ManifestObject>> ParseManifest(const std::string& text, const std::string& file);

// Applies them in order, in `ns` those whose kind has a namespace. A refusal is the API's, with the code of its reason.
Status ApplyManifest(KubeApi& api, const std::vector<ManifestObject>& objects, const std::string& ns,
                     Deadline deadline);

}  // namespace e2e
