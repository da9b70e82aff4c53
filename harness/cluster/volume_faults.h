// Faults of a scenario's own volume: no space is left on it, or there is some again.
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

}  // namespace e2e
