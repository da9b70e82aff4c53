#include "run/harness.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cluster/clear_cluster.h"
#include "cluster/kube_api.h"

namespace e2e {
namespace {

constexpr Duration kBringUp{600'000};
constexpr Duration kTearDown{120'000};

std::string Seconds(Clock& clock, TimePoint since) {
  return Text(std::chrono::duration_cast<Duration>(clock.Now() - since));
}

}  // namespace

void Harness::Reap() {
  const LeaseFolder leases(context_.options.cache / "leases");
  const auto warn = [this](const std::string& line) { log_.Warn(line); };
  const auto reaped =
      leases.Reap(context_.runner, context_.options.tools, warn, Deadline::In(context_.clock, kTearDown));
  if (!reaped) log_.Warn(reaped.error().Render());
}

Status Harness::BringUp() {
  Reap();
  const Deadline deadline = Deadline::In(context_.clock, kBringUp);
  if (context_.options.reuse && Reuse(deadline)) return {};
  auto started = Start(deadline);
  if (started) return {};
  if (cluster_) {
    if (auto gone = cluster_->Destroy(Deadline::In(context_.calm_clock, kTearDown)); !gone) {
      log_.Warn(gone.error().Render());
    }
    cluster_.reset();
  }
  return started.error().While("bringing up the cluster");
}

KindClusterOptions Harness::ClusterOptions() const {
  KindClusterOptions options;
  options.name = "stalwart-e2e-" + context_.info.run_id;
  options.node_image = context_.options.node_image;
  options.base_config = context_.options.cluster_config;
  options.run_dir = context_.info.folder / "cluster";
  options.lease_dir = context_.options.cache / "leases";
  options.tools = context_.options.tools;
  options.images = context_.servers.Images();
  return options;
}

// kind also says how to go on by hand, which is meant for other users than this program.
KindCluster::LogLine Harness::KindLog() {
  return [this](const std::string& text) {
    const bool progress = text.starts_with("•") || text.starts_with("✓") || text.starts_with("✗") ||
                          Lower(text).find("error") != std::string::npos;
    return progress ? log_.Info("kind: " + text) : log_.Debug("kind: " + text);
  };
}

bool Harness::Reuse(Deadline deadline) {
  const TimePoint start = context_.clock.Now();
  const auto kept = LeaseFolder(context_.options.cache / "leases").FindKept();
  if (!kept) log_.Warn(kept.error().Render());
  for (const Lease& lease : kept ? *kept : std::vector<Lease>{}) {
    auto adopted =
        KindCluster::Adopt(lease, ClusterOptions(), context_.options.lanes, context_.runner, context_.clock, KindLog());
    if (!adopted) {
      log_.Info(fmt::format("kept cluster {} is not used: {}", lease.cluster, adopted.error().message()));
      continue;
    }
    cluster_.emplace(std::move(adopted).value());
    const Status refreshed = Refresh(deadline);
    if (refreshed) {
      log_.Info(fmt::format("using kept cluster {}, ready for scenarios after {}", lease.cluster,
                            Seconds(context_.clock, start)));
      return true;
    }
    log_.Warn(fmt::format("kept cluster {} is not used: {}\n  delete it: {}", lease.cluster, refreshed.error().Render(),
                          cluster_->DeleteCommand()));
    if (auto released = cluster_->Release(); !released) log_.Warn(released.error().Render());
    cluster_.reset();
  }
  return false;
}

Status Harness::Refresh(Deadline deadline) {
  E2E_TRY(kubeconfig_, Kubeconfig::Read(cluster_->kubeconfig()), "reading the kubeconfig");
  HttpKubeTransport transport(context_.clock, context_.interrupt, *kubeconfig_);
  KubeApi api(transport, context_.clock);
  Node node = cluster_->node();
  E2E_CHECK(ClearCluster(
                api, node, [this](const std::string& line) { log_.Info(line); }, deadline),
            "clearing the cluster");
  return cluster_->LoadImages(context_.servers.Images(), deadline);
}

Status Harness::Start(Deadline deadline) {
  const TimePoint start = context_.clock.Now();
  KindClusterOptions options = ClusterOptions();
  std::error_code code;
  std::filesystem::create_directories(options.run_dir, code);
  if (code)
    return Error(ErrorKind::kInfra, fmt::format("{} can't be made: {}", options.run_dir.string(), code.message()));
  E2E_TRY(options.lanes, PortMap::Allocate(context_.options.lanes), "choosing host ports");
  log_.Info(fmt::format("creating kind cluster {} ({}, image {})", options.name, context_.info.kubernetes_version,
                        options.node_image));
  auto cluster = KindCluster::Create(options, context_.runner, context_.clock, KindLog(), deadline);
  if (!cluster) return std::move(cluster).error();
  cluster_.emplace(std::move(cluster).value());
  const std::vector<std::string> images = context_.servers.Images();
  log_.Info(fmt::format("cluster is up after {}; images: {}", Seconds(context_.clock, start), Join(images, " and ")));
  E2E_CHECK(cluster_->LoadImages(images, deadline), "loading the servers' images into the cluster");
  E2E_TRY(kubeconfig_, Kubeconfig::Read(cluster_->kubeconfig()), "reading the kubeconfig");
  log_.Info(fmt::format("ready for scenarios after {}", Seconds(context_.clock, start)));
  return {};
}

Status Harness::TearDown(bool failed) {
  // What helm keeps for itself tells nobody anything, and harms nobody where it stays.
  std::error_code ignored;
  std::filesystem::remove_all(context_.info.folder / "cluster" / "helm", ignored);
  if (!cluster_) return {};
  const Keep keep = context_.options.keep;
  if (context_.options.reuse || keep == Keep::kAlways || (keep == Keep::kFailed && failed)) {
    log_.Info(fmt::format("kept: cluster {}\n  look at it:  export KUBECONFIG={}\n  delete it:   {}", cluster_->name(),
                          cluster_->kubeconfig().string(), cluster_->DeleteCommand()));
    return cluster_->Release();
  }
  log_.Info("deleting cluster " + cluster_->name());
  return cluster_->Destroy(Deadline::In(context_.calm_clock, kTearDown));
}

}  // namespace e2e
