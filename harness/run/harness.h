// Harness: the cluster of a run, from bring-up to tear-down, and the lanes of scenarios on it.
#pragma once

#include <optional>

#include "base/log.h"
#include "cluster/kind_cluster.h"
#include "run/cluster_access.h"
#include "run/run_context.h"

namespace e2e {

// Owns the cluster. Thread rule: BringUp and TearDown from the main thread.
class Harness {
 public:
  Harness(const RunContext& context, Log& log) : context_(context), log_(log) {}

  // Reaps what killed runs left, makes the cluster and loads the servers' images. After an Error nothing is left. With
  // options.reuse a kept cluster that fits and works is taken, cleared of former scenarios.
  Status BringUp();
  // Deletes the cluster, or keeps it and tells how to reach and delete it. Harmless when nothing is up.
  Status TearDown(bool failed);

  const KindCluster& cluster() const { return *cluster_; }
  // After BringUp.
  ClusterAccess access() const { return {cluster_->kubeconfig(), *kubeconfig_, cluster_->node().name()}; }

 private:
  Status Start(Deadline deadline);
  KindClusterOptions ClusterOptions() const;
  KindCluster::LogLine KindLog();
  // True when a kept cluster was taken.
  bool Reuse(Deadline deadline);
  Status Refresh(Deadline deadline);
  void Reap();

  const RunContext& context_;
  Log& log_;
  std::optional<KindCluster> cluster_;
  std::optional<Kubeconfig> kubeconfig_;
};

}  // namespace e2e
