// Snapshot: what a namespace looked like; NamespaceView: one that is kept fresh at one request a look.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/events.h"
#include "cluster/workload.h"

namespace e2e {

struct Snapshot {
  std::vector<Deployment> deployments;
  std::vector<Pod> pods;
  std::vector<Claim> claims;
  // The oldest first.
  std::vector<Event> events{};
  // The API server's own clock, which the times of objects and events are compared with; never the harness's.
  std::optional<WallTime> taken_at{};
};

// Four requests.
Outcome<Snapshot> Observe(KubeApi& api, const std::string& ns, Deadline deadline);

// The part of it that belongs to one Deployment or bare Pod: its pods by their owner, their claims, and the events on
// any of them.
Snapshot OfWorkload(const Snapshot& snapshot, const std::string& kind, const std::string& name);

// A wait that looks once a second asks the API server once a second. Pods are read every second time, everything
// after five looks. Thread rule: one thread.
class NamespaceView {
 public:
  // `api` must outlive it.
  NamespaceView(KubeApi& api, std::string ns) : api_(api), ns_(std::move(ns)) {}

  // One request, for the next kind of object in turn. After an Error the view is as it was.
  Status Look(Deadline deadline);
  // Everything was read at least once.
  bool Complete() const { return looks_ >= 5; }
  const Snapshot& snapshot() const { return snapshot_; }

 private:
  KubeApi& api_;
  const std::string ns_;
  std::size_t looks_ = 0;
  Snapshot snapshot_;
};

}  // namespace e2e
