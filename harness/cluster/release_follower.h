// ReleaseFollower: tells what becomes of a release's pods, and what Kubernetes says of all its objects, while other
// threads work.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/event_sink.h"
#include "base/interrupt.h"
#include "cluster/kube_api.h"
#include "cluster/kubeconfig.h"

namespace e2e {

// Two threads with clocks and connections of their own, which watch until the destructor ends both at once. An API
// server that is away is asked again. `events` outlives it.
class ReleaseFollower {
 public:
  // The pods that the selector matches, and the namespace's events.
  ReleaseFollower(Kubeconfig kubeconfig, std::string ns, std::string selector, EventSink& events);
  ~ReleaseFollower();
  ReleaseFollower(const ReleaseFollower&) = delete;
  ReleaseFollower& operator=(const ReleaseFollower&) = delete;

 private:
  using Look = std::function<void(const std::vector<nlohmann::json>&)>;
  void Follow(const ListQuery& query, const Look& look);

  const Kubeconfig kubeconfig_;
  Interrupt interrupt_;
  SystemClock clock_{interrupt_};
  std::thread pods_;
  std::thread events_;
};

// What has changed since the look before, as `pod` and `pod.gone`. Thread rule: one thread.
std::function<void(const std::vector<nlohmann::json>&)> TellPods(EventSink& events);
// Kubernetes' events that are new or were counted up: those on failed probes as `probe`, all others as `kube.event`.
// Those of the first look are told, too: the namespace is the scenario's own. Thread rule: one thread.
std::function<void(const std::vector<nlohmann::json>&)> TellKubeEvents(EventSink& events);

}  // namespace e2e
