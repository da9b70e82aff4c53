// VolumeListing: everything that is on a volume, so that two looks at it can be compared.
#pragma once

#include <optional>
#include <string>

#include "base/outcome.h"
#include "cluster/kube_api.h"
#include "cluster/node.h"

namespace e2e {

struct VolumeListing {
  // The PersistentVolume's name.
  std::string volume;
  // A line for each path, sorted: type, mode, owner, time of the last change, target of a link, SHA-256 of a file.
  std::string text;
  // SHA-256 of that text.
  std::string fingerprint;
};

// Reads the volume's folder in the node. kInconclusive for a volume that is not a folder of the node.
Outcome<VolumeListing> ListVolume(KubeApi& api, Node& node, const std::string& volume, Deadline deadline);

// The first path that differs, with both states; nothing when all is the same.
std::optional<std::string> FindChange(const VolumeListing& before, const VolumeListing& after);

}  // namespace e2e
