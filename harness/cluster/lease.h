// Lease: a file that says which process made a cluster, so that a later run can clear up after a killed one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"
#include "cluster/tools.h"
#include "process/command.h"

namespace e2e {

struct Lease {
  std::string cluster;
  std::string docker_host;
  std::filesystem::path run_dir;
  int pid = 0;
  // Start time of the process in clock ticks since boot, which tells it from a later one of the same id.
  std::string pid_started;
  std::string boot_id;
  // Kept on purpose (`--keep`): the process may be gone, the cluster stays.
  bool kept = false;
  // What a later run must know to use a kept cluster again: what the cluster was made of, and the host ports of each
  // lane in the order of PortMap.
  std::string key{};
  std::vector<std::vector<std::uint16_t>> host_ports{};

  // A lease of this process.
  static Lease Own(std::string cluster, std::string docker_host, std::filesystem::path run_dir);
  // The process that took it is still there.
  bool HolderAlive() const;
};

// The folder of leases, shared by all runs of this user. Changes are made under a lock, file by file
// atomically. Errors are kInfra.
class LeaseFolder {
 public:
  explicit LeaseFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Refuses a name whose lease another living process holds.
  Status Take(const Lease& lease) const;
  Status Drop(const std::string& cluster) const;
  // Leases whose holder is gone, of clusters kept on purpose only with `kept_too`. What isn't a lease is left alone.
  Outcome<std::vector<Lease>> FindStale(bool kept_too = false) const;
  // Leases of clusters kept on purpose, the newest first.
  Outcome<std::vector<Lease>> FindKept() const;
  // Deletes the clusters of stale leases, in the engine that each one names, with one warning line for each.
  // Gives the names of those deleted; the lease of one that could not be deleted stays.
  Outcome<std::vector<std::string>> Reap(CommandRunner& runner, const Tools& tools,
                                         const std::function<void(const std::string&)>& warn, Deadline deadline,
                                         bool kept_too = false) const;
  // The same for one stale lease. False when a run beside this one was faster.
  Outcome<bool> ReapOne(const Lease& lease, CommandRunner& runner, const Tools& tools, Deadline deadline) const;

 private:
  Outcome<std::vector<Lease>> ReadAll() const;
  std::filesystem::path FileOf(const std::string& cluster) const;

  std::filesystem::path folder_;
};

}  // namespace e2e
