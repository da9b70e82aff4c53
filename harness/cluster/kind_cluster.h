// KindCluster: a cluster of the harness's own, from `kind create` to `kind delete`.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"
#include "cluster/lease.h"
#include "cluster/node.h"
#include "cluster/port_map.h"
#include "cluster/tools.h"
#include "process/command.h"

namespace e2e {

struct KindClusterOptions {
  std::string name;
  std::string node_image;
  // A kind config with one node; name, image and port mappings are added to it.
  std::filesystem::path base_config;
  // Kubeconfig (0600), kind's config and the node's logs of a failed start go here.
  std::filesystem::path run_dir;
  std::filesystem::path lease_dir;
  std::vector<PortMap> lanes;
  // Of the engine. They are loaded into the node while its control plane starts; LoadImages makes up for what did not
  // work. Default: none.
  std::vector<std::string> images{};
  Tools tools;
  // How long `kind create` may take until the node is ready. Default: 5 min.
  Duration create_timeout{300'000};
};

// Move-only; the destructor destroys the cluster if nobody did, and gives an adopted one back. The runner and the clock
// must outlive it. Thread rule: one thread at a time.
class KindCluster {
 public:
  using LogLine = std::function<void(const std::string&)>;

  // Refuses (kInfra) a cluster of that name that exists already. When the start fails, the node's logs are
  // kept in run_dir/kind-logs and whatever was made is deleted, whatever kind's exit code was.
  static Outcome<KindCluster> Create(const KindClusterOptions& options, CommandRunner& runner, Clock& clock,
                                     const LogLine& log, Deadline deadline);
  // Takes over a cluster that was kept, with its own name, run_dir and lanes in place of those in `options`. kInfra
  // says why it does not fit: made of something else, fewer than `lanes` lanes, another engine, without its kubeconfig,
  // or in use by another run. Whether it works is not looked at.
  static Outcome<KindCluster> Adopt(const Lease& lease, KindClusterOptions options, int lanes, CommandRunner& runner,
                                    Clock& clock, const LogLine& log);
  KindCluster(KindCluster&& other) noexcept;
  KindCluster& operator=(KindCluster&&) = delete;
  ~KindCluster();

  const std::string& name() const { return options_.name; }
  const std::vector<PortMap>& lanes() const { return options_.lanes; }
  bool adopted() const { return adopted_; }
  std::filesystem::path kubeconfig() const { return options_.run_dir / "kubeconfig"; }
  Node node() const { return Node(*runner_, options_.tools, options_.name + "-control-plane"); }

  // Makes images of the engine known to the node; nothing is pulled, and what the node was given already is left out.
  Status LoadImages(const std::vector<std::string>& images, Deadline deadline);
  // Deletes the cluster and its lease; a second call does nothing. After a failure the lease stays, and the
  // next run tries again.
  Status Destroy(Deadline deadline);
  // Keeps the cluster beyond this object and this process; its lease says so, and how to adopt it.
  Status Release();
  // The line to paste that deletes it.
  std::string DeleteCommand() const;

 private:
  KindCluster(KindClusterOptions options, CommandRunner& runner, Clock& clock, LogLine log);
  Status WriteConfig() const;
  Status Start(Deadline deadline);
  void LogProgress(const std::string& line) const;
  void ExportLogs();
  Outcome<Lease> KeptLease() const;
  // The engine's, in the order of `images`; fewer when it does not know one.
  std::vector<std::string> IdsOf(const std::vector<std::string>& images, Deadline deadline) const;
  std::filesystem::path ImagesFile() const { return options_.run_dir / "images.json"; }
  LeaseFolder Leases() const { return LeaseFolder(options_.lease_dir); }
  Command Kind(std::vector<std::string> args) const;

  KindClusterOptions options_;
  CommandRunner* runner_;
  Clock* clock_;
  LogLine log_;
  // False once nothing is left to destroy, or it was given away.
  bool owned_ = true;
  bool adopted_ = false;
};

}  // namespace e2e
