// Power loss of a scenario's own volume, without a virtual machine: what was written and not synced is gone.
#pragma once

#include <string>

#include "cluster/faults.h"
#include "cluster/own_volume.h"

namespace e2e {

// The kernel's FS_IOC_SHUTDOWN without a flush of the log, as the file systems' own tests lose power (xfstests,
// generic/388): from then on nothing reaches the disk, and each call on the file system fails. What a server had
// synced is on the disk, all else was in the page cache and goes with the mount. A disk that loses what it said it had
// synced is not played.
// A server without power can't answer either: its processes are stopped before and killed after, so that it says
// nothing about what it wrote in between.
struct PowerLost {
  std::string volume;
  std::size_t processes = 0;
  std::string Text() const;
};
// A file is written just before and not synced; RestorePower() looks for it, and for the one that was synced when the
// volume was made (own_volume.h). The receipt is that the kernel
// refuses a new file (EIO).
Outcome<PowerLost> LosePower(const FaultTarget& target, const OwnVolume& volume, Deadline deadline);

struct PowerBack {
  std::string volume;
  std::string Text() const;
};
// Waits until no pod has the dead file system, and mounts it anew, which replays its journal. The receipt: the journal
// asked for that, the synced file is there, the other one is not or has nothing in it.
Outcome<PowerBack> RestorePower(Node& node, Clock& clock, const OwnVolume& volume, Deadline deadline);

}  // namespace e2e
