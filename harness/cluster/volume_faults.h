// Faults of a scenario's own volume: no space is left on it, or nothing can be written; and both undone.
#pragma once

#include <string>

#include "cluster/own_volume.h"

namespace e2e {

struct VolumeFilled {
  std::string volume;
  // Octets that a program in the pod could still write.
  long long free_before = 0, free_after = 0;
  // Whether the kernel refused to write more (ENOSPC).
  bool refused = false;
  std::string Text() const;
};
// Fills it with files beside the pod's data until no more than `leave` octets are free. With 0 the receipt is that the
// kernel has refused the next one, and says itself that nothing is free.
Outcome<VolumeFilled> FillVolume(Node& node, Clock& clock, const OwnVolume& volume, long long leave, Deadline deadline);

struct VolumeFreed {
  std::string volume;
  long long free_before = 0, free_after = 0;
  std::string Text() const;
};
// Takes those files away; kInconclusive when that gave nothing back.
Outcome<VolumeFreed> FreeVolume(Node& node, const OwnVolume& volume, Deadline deadline);

struct VolumeRemounted {
  std::string volume;
  bool writable = false;
  std::string Text() const;
};
// The kernel does not take a file system from who writes to it, so that this waits until no pod does. The receipt is
// that the kernel refuses to make a file on it (EROFS).
Outcome<VolumeRemounted> MakeReadOnly(Node& node, Clock& clock, const OwnVolume& volume, Deadline deadline);
// The receipt is that a file can be made again. A pod that got it read-only keeps it so, by its own mount.
Outcome<VolumeRemounted> MakeWritable(Node& node, const OwnVolume& volume, Deadline deadline);

}  // namespace e2e
