// OwnVolume: a volume of limited size that belongs to one scenario, so that it can be filled without harm to the node.
#pragma once

#include <string>

#include "cluster/kube_api.h"
#include "cluster/node.h"

namespace e2e {

// An ext4 file system in a file of the node, with a PersistentVolume on a folder of it and a claim bound to that.
struct OwnVolume {
  // Of the PersistentVolume and of the folder in the node: one of its own in the whole cluster.
  std::string name;
  std::string ns;
  std::string claim;
  // Octets of the file; what can be used is a little less.
  long long size = 0;

  // In the node: the folder with everything, the file, where it is mounted, what fills it, and the part that pods see.
  // That part is a folder within the file system: without the mount it is not there, and no pod can take an empty
  // folder for its data.
  std::string Folder() const;
  std::string Image() const { return Folder() + "/image"; }
  std::string Mount() const { return Folder() + "/mount"; }
  std::string Fill() const { return Mount() + "/fill"; }
  std::string Data() const { return Mount() + "/data"; }
};

// The namespace has to be there. What was made stays after an Error: RemoveOwnVolume takes it away. kInfra when the
// node can't make file systems or has no loop device.
Status MakeOwnVolume(KubeApi& api, Node& node, const OwnVolume& volume, Deadline deadline);
// Mounts it again, after the node's mounts were gone with its restart.
Status MountOwnVolume(Node& node, const OwnVolume& volume, Deadline deadline);
// Waits until no pod has it any more; then its loop device is gone, too.
Status UnmountOwnVolume(Node& node, Clock& clock, const OwnVolume& volume, Deadline deadline);
// Whether it is there or not. Waits until no pod has it any more; the claim goes with its namespace.
Status RemoveOwnVolume(KubeApi& api, Node& node, const std::string& name, Deadline deadline);
// All that former scenarios left in the cluster. Their namespaces should be gone.
Status ClearOwnVolumes(KubeApi& api, Node& node, Deadline deadline);

}  // namespace e2e
