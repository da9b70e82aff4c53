#include "cluster/kind_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/text.h"
#include "base/yaml.h"
#include "cluster/delete_cluster.h"
#include "cluster/json_access.h"
#include "cluster/loaded_images.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr Duration kTeardown{120'000};
constexpr Duration kExport{60'000};
// What kind says when the node's runtime is there, and kubeadm begins.
constexpr std::string_view kNodeRuns = "Starting control-plane";

// What goes wrong here is never the product's doing.
Error AsInfra(const Error& error, const std::string& message) {
  const bool keep = error.kind() == ErrorKind::kInterrupted || error.kind() == ErrorKind::kToolMissing;
  return Error(keep ? error.kind() : ErrorKind::kInfra, fmt::format("{}: {}", message, error.message()))
      .Detail(error.detail());
}

Status MakeRunDir(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  if (error) return Error(ErrorKind::kInfra, fmt::format("{} can't be made: {}", folder.string(), error.message()));
  return {};
}

json PortMappings(const std::vector<PortMap>& lanes) {
  json mappings = json::array();
  for (const PortMap& lane : lanes) {
    for (const PortMapping& mapping : lane.mappings()) {
      mappings.push_back({{"containerPort", mapping.node_port},
                          {"hostPort", mapping.host_port},
                          {"listenAddress", "127.0.0.1"},
                          {"protocol", "TCP"}});
    }
  }
  return mappings;
}

// What a cluster is made of; images of servers are loaded again by each run.
Outcome<std::string> KeyOf(const KindClusterOptions& options) {
  E2E_TRY(const YamlNode base, YamlNode::ParseFile(options.base_config.string()), "reading kind's base config");
  return Sha256Hex(options.node_image + "\n" + base.ToJson().dump());
}

// The engine names a taken port, but not who took it.
std::string HoldersText(const Error& error, const std::vector<PortMap>& lanes) {
  std::string text;
  for (const PortMap& lane : lanes) {
    for (const PortMapping& mapping : lane.mappings()) {
      if (error.detail().find(fmt::format(":{}", mapping.host_port)) == std::string::npos) continue;
      text += fmt::format("port {} is held by {}\n", mapping.host_port, HolderOf(mapping.host_port));
    }
  }
  return std::string(Trim(text));
}

}  // namespace

KindCluster::KindCluster(KindClusterOptions options, CommandRunner& runner, Clock& clock, LogLine log)
    : options_(std::move(options)), runner_(&runner), clock_(&clock), log_(std::move(log)) {}

KindCluster::KindCluster(KindCluster&& other) noexcept
    : options_(std::move(other.options_)),
      runner_(other.runner_),
      clock_(other.clock_),
      log_(std::move(other.log_)),
      owned_(std::exchange(other.owned_, false)),
      adopted_(other.adopted_) {}

KindCluster::~KindCluster() {
  if (!owned_) return;
  const Status destroyed = adopted_ ? Release() : Destroy(Deadline::In(*clock_, kTeardown));
  if (!destroyed && log_) log_(destroyed.error().Render());
}

Outcome<KindCluster> KindCluster::Create(const KindClusterOptions& options, CommandRunner& runner, Clock& clock,
                                         const LogLine& log, Deadline deadline) {
  const std::string doing = "making cluster " + options.name;
  E2E_CHECK(MakeRunDir(options.run_dir), doing);
  const auto existing = RunChecked(runner, options.tools.Kind({"get", "clusters"}), deadline);
  if (!existing) return AsInfra(existing.error(), "kind can't list the clusters of the engine").While(doing);
  const std::vector<std::string> names = Split(*existing, '\n');
  if (std::find(names.begin(), names.end(), options.name) != names.end()) {
    return Error(ErrorKind::kInfra, fmt::format("a cluster named {} exists already and is not of this run; choose "
                                                "another name, or delete it: kind delete cluster --name {}",
                                                options.name, options.name));
  }
  // From here on the object's destructor takes everything down, also after a failed start.
  E2E_CHECK(LeaseFolder(options.lease_dir).Take(Lease::Own(options.name, options.tools.docker_host, options.run_dir)),
            doing);
  KindCluster cluster(options, runner, clock, log);
  if (Status started = cluster.Start(deadline); !started) {
    if (started.error().kind() != ErrorKind::kInterrupted) cluster.ExportLogs();
    if (const Status destroyed = cluster.Destroy(Deadline::In(clock, kTeardown)); !destroyed) {
      started.error().Detail(destroyed.error().Render());
    }
    return started.error().While(doing);
  }
  return cluster;
}

Status KindCluster::WriteConfig() const {
  E2E_TRY(const YamlNode base, YamlNode::ParseFile(options_.base_config.string()), "reading kind's base config");
  json config = base.ToJson();
  if (!config.is_object() || ListAt(config, "/nodes").size() != 1) {
    return Error(ErrorKind::kInternal, fmt::format("{} must have exactly one node", options_.base_config.string()));
  }
  config["name"] = options_.name;
  json& node = config["nodes"][0];
  node["image"] = options_.node_image;
  if (!node.contains("extraPortMappings")) node["extraPortMappings"] = json::array();
  for (json& mapping : PortMappings(options_.lanes)) node["extraPortMappings"].push_back(std::move(mapping));
  // JSON is YAML.
  const std::filesystem::path file = options_.run_dir / "kind-config.yaml";
  if (!(std::ofstream(file) << config.dump(2) << "\n")) {
    return Error(ErrorKind::kInfra, file.string() + " can't be written; is the disk full?");
  }
  return {};
}

Status KindCluster::Start(Deadline deadline) {
  E2E_CHECK(WriteConfig(), "writing kind's config");
  std::error_code ignored;
  std::filesystem::remove(ImagesFile(), ignored);  // of an earlier cluster in this folder
  const Deadline limit = Deadline::Min(deadline, Deadline::In(*clock_, options_.create_timeout));
  const auto wait = std::chrono::duration_cast<std::chrono::seconds>(limit.Left(*clock_)).count();
  Command create =
      Kind({"create", "cluster", "--name", options_.name, "--config", (options_.run_dir / "kind-config.yaml").string(),
            "--kubeconfig", kubeconfig().string(), "--retain", "--wait", fmt::format("{}s", wait)});
  // With a network of its own the node has the same address after a restart; on the one that all of kind's
  // clusters share, another node may have taken it meanwhile, and the control plane listens on no other.
  create.env["KIND_EXPERIMENTAL_DOCKER_NETWORK"] = options_.name;
  std::thread loader;
  create.on_stderr_line = [&](std::string_view line) {
    LogProgress(std::string(Trim(line)));
    if (options_.images.empty() || loader.joinable() || line.find(kNodeRuns) == std::string_view::npos) return;
    // What fails here is done by LoadImages once the cluster is up.
    loader = std::thread([&] { [[maybe_unused]] const Status early = LoadImages(options_.images, limit); });
  };
  const auto created = RunChecked(*runner_, create, limit);
  if (loader.joinable()) loader.join();
  if (!created) {
    return AsInfra(created.error(), "the cluster did not come up").Detail(HoldersText(created.error(), options_.lanes));
  }
  std::error_code error;
  std::filesystem::permissions(kubeconfig(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                               error);
  if (error) return Error(ErrorKind::kInfra, fmt::format("kind left no {}", kubeconfig().string()));
  return {};
}

void KindCluster::LogProgress(const std::string& line) const {
  // kind warns of the network, which is meant.
  const bool known = line.find("KIND_EXPERIMENTAL_DOCKER_NETWORK") != std::string::npos ||
                     line.find("Here be dragons") != std::string::npos;
  if (log_ && !line.empty() && !known) log_(line);
}

void KindCluster::ExportLogs() {
  const std::string folder = (options_.run_dir / "kind-logs").string();
  const auto exported =
      RunChecked(*runner_, Kind({"export", "logs", folder, "--name", options_.name}), Deadline::In(*clock_, kExport));
  if (!log_) return;
  log_(exported ? "the node's logs are in " + folder
                : "the node's logs could not be taken: " + exported.error().message());
}

Command KindCluster::Kind(std::vector<std::string> args) const {
  return options_.tools.Kind(std::move(args));
}

std::vector<std::string> KindCluster::IdsOf(const std::vector<std::string>& images, Deadline deadline) const {
  std::vector<std::string> args = {"image", "inspect", "--format", "{{.Id}}"};
  args.insert(args.end(), images.begin(), images.end());
  const auto ids = RunChecked(*runner_, options_.tools.Docker(std::move(args)), deadline);
  // kind says better than this what is wrong with an image.
  return ids && !ids->empty() ? Split(Trim(*ids), '\n') : std::vector<std::string>{};
}

Status KindCluster::LoadImages(const std::vector<std::string>& images, Deadline deadline) {
  LoadedImages loaded(ImagesFile());
  const std::vector<std::string> ids = IdsOf(images, deadline);
  const std::vector<std::string> missing = loaded.Missing(images, ids);
  if (missing.empty()) return {};
  std::vector<std::string> args = {"load", "docker-image"};
  args.insert(args.end(), missing.begin(), missing.end());
  args.insert(args.end(), {"--name", options_.name});
  if (const auto done = RunChecked(*runner_, Kind(std::move(args)), deadline); !done) {
    return AsInfra(done.error(),
                   fmt::format("image {} could not be loaded into cluster {}", Join(missing, ", "), options_.name));
  }
  return loaded.Add(images, ids);
}

Status KindCluster::Destroy(Deadline deadline) {
  if (!std::exchange(owned_, false)) return {};
  const Status deleted = DeleteCluster(*runner_, options_.tools, options_.name, kubeconfig(), deadline);
  if (!deleted) {
    return AsInfra(deleted.error(), fmt::format("cluster {} could not be deleted", options_.name))
        .Detail("the next run tries again; by hand: " + DeleteCommand());
  }
  return Leases().Drop(options_.name);
}

Status KindCluster::Release() {
  if (!std::exchange(owned_, false)) return {};
  E2E_TRY(Lease lease, KeptLease(), "keeping cluster " + options_.name);
  // Nobody holds it any more, also while this process lives on.
  lease.pid_started.clear();
  return Leases().Take(lease);
}

Outcome<Lease> KindCluster::KeptLease() const {
  Lease lease = Lease::Own(options_.name, options_.tools.docker_host, options_.run_dir);
  lease.kept = true;
  E2E_TRY(lease.key, KeyOf(options_), "describing the cluster");
  for (const PortMap& lane : options_.lanes) {
    std::vector<std::uint16_t>& ports = lease.host_ports.emplace_back();
    for (const PortMapping& mapping : lane.mappings()) ports.push_back(mapping.host_port);
  }
  return lease;
}

Outcome<KindCluster> KindCluster::Adopt(const Lease& lease, KindClusterOptions options, int lanes,
                                        CommandRunner& runner, Clock& clock, const LogLine& log) {
  const std::string doing = "adopting cluster " + lease.cluster;
  const auto unfit = [&](std::string why) { return Error(ErrorKind::kInfra, std::move(why)).While(doing); };
  E2E_TRY(const std::string key, KeyOf(options), doing);
  if (lease.docker_host != options.tools.docker_host) return unfit("it is in another engine");
  if (lease.key != key) return unfit("it was made of another node image or another kind config");
  if (static_cast<int>(lease.host_ports.size()) < lanes) {
    return unfit(fmt::format("it has {} lanes, and {} are wanted", lease.host_ports.size(), lanes));
  }
  options.name = lease.cluster;
  options.run_dir = lease.run_dir;
  options.lanes.clear();
  for (const std::vector<std::uint16_t>& ports : lease.host_ports) {
    E2E_TRY(const PortMap lane, PortMap::Restore(static_cast<int>(options.lanes.size()), ports), doing);
    options.lanes.push_back(lane);
  }
  if (std::error_code code; !std::filesystem::exists(lease.run_dir / "kubeconfig", code)) {
    return unfit("its kubeconfig is gone from " + lease.run_dir.string());
  }
  // Of this process, and still kept: a run that is killed leaves it for the next one.
  Lease mine = Lease::Own(lease.cluster, lease.docker_host, lease.run_dir);
  mine.kept = true;
  mine.key = lease.key;
  mine.host_ports = lease.host_ports;
  E2E_CHECK(LeaseFolder(options.lease_dir).Take(mine), doing);
  KindCluster cluster(std::move(options), runner, clock, log);
  cluster.adopted_ = true;
  return cluster;
}

std::string KindCluster::DeleteCommand() const {
  Command command{.argv = {options_.tools.kind, "delete", "cluster", "--name", options_.name, "--kubeconfig",
                           kubeconfig().string()}};
  if (!options_.tools.docker_host.empty()) command.env["DOCKER_HOST"] = options_.tools.docker_host;
  return command.Pretty();
}

}  // namespace e2e
