// Faults of the node itself: stopped in order or killed, and its kubelet killed. All hit the whole cluster.
#pragma once

#include <string>

#include "cluster/faults.h"

namespace e2e {

struct NodeRestarted {
  std::string node, old_started_at, new_started_at;
  // As the engine writes it; "137" after SIGKILL. Empty when nobody asked.
  std::string exit_code;
  std::string Text() const;
};
// Restarts the node and waits until the API says that it is ready again, by a heartbeat of after the restart.
Outcome<NodeRestarted> RestartNode(const FaultTarget& target, Deadline deadline);
// The same, where everything in the node gets SIGKILL at once, and then it is started. Its memory is lost, but not what
// was handed to the kernel, which is the machine's.
Outcome<NodeRestarted> KillNode(const FaultTarget& target, Deadline deadline);

struct KubeletRestarted {
  std::string node;
  int old_pid = 0, new_pid = 0;
  std::string heartbeat;
  std::string Text() const;
};
// SIGKILL to the kubelet, which the node starts anew; waits until that one has reported and leaves the
// pod ready. Its container should not notice; its endpoint may go away and come back meanwhile.
Outcome<KubeletRestarted> RestartKubelet(const FaultTarget& target, Deadline deadline);

}  // namespace e2e
