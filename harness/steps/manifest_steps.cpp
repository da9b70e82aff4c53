// Manifests of the scenario's own: put into its namespace, and what a wait makes of their workloads.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "base/wait.h"
#include "cluster/explain.h"
#include "cluster/hope.h"
#include "cluster/manifest.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/wanted_end.h"
#include "steps/world.h"

namespace e2e {
namespace {

constexpr std::string_view kImage = "${image}";
constexpr const char* kReady = "Ready";

Outcome<std::vector<ManifestObject>> ReadManifest(const World& world, const std::string& manifest) {
  const std::filesystem::path path = world.manifests / manifest;
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) return Error(ErrorKind::kBadScenario, path.string() + " can't be read");
  for (std::size_t at = 0; (at = text.find(kImage, at)) != std::string::npos;) {
    text.replace(at, kImage.size(), world.server->image);
    at += world.server->image.size();
  }
  return ParseManifest(text, path.string());
}

// What the API refuses is kept for the wait, as its verdict.
Status Apply(World& world, const std::string& manifest, Deadline deadline) {
  E2E_TRY(const std::vector<ManifestObject> objects, ReadManifest(world, manifest), "applying " + manifest);
  const auto workload = std::find_if(objects.begin(), objects.end(), [](const ManifestObject& object) {
    return object.kind == "Deployment" || object.kind == "Pod";
  });
  if (workload == objects.end()) {
    return Error(ErrorKind::kBadScenario, manifest + " holds neither a Deployment nor a Pod");
  }
  AppliedManifest applied{workload->kind, workload->name, world.clock.Now(), std::nullopt};
  if (const Status done = ApplyManifest(world.api, objects, world.ns, deadline); !done) {
    if (done.error().reason().empty()) return done.error();
    applied.refused = done.error();
  }
  world.applied.insert_or_assign(manifest, std::move(applied));
  return {};
}

// The containers of a workload that is ready; nothing for one that is not.
std::string ReadyContainers(const Snapshot& snapshot) {
  for (const Deployment& deployment : snapshot.deployments) {
    if (!deployment.observed || deployment.updated < deployment.wanted || deployment.ready < deployment.wanted)
      return "";
  }
  std::string ids;
  for (const Pod& pod : snapshot.pods) {
    if (pod.deleting || pod.phase == "Failed") continue;
    if (!pod.ready && pod.phase != "Succeeded") return "";
    ids += pod.uid + "/" + pod.container.id + " ";
  }
  return ids;
}

// A container without a probe is ready for as long as it takes to crash, so that one look proves nothing. Three more
// have read the pods anew.
class Settled {
 public:
  bool operator()(const std::string& ready) {
    looks_ = ready == last_ && !ready.empty() ? looks_ + 1 : 0;
    last_ = ready;
    return looks_ >= 3;
  }

 private:
  std::string last_;
  int looks_ = 0;
};

// Looks once a second until the workload is ready or hopeless.
Status AwaitWorkload(World& world, const AppliedManifest& workload, Deadline deadline) {
  if (workload.refused) return *workload.refused;
  NamespaceView view(world.api, world.ns);
  Hope hope;
  Settled settled;
  const auto look = [&]() -> Outcome<Probe> {
    if (const Status seen = view.Look(deadline.Plus(Duration(2'000))); !seen) {
      if (seen.error().kind() == ErrorKind::kInterrupted) return seen.error();
      return Probe::Pending("the Kubernetes API does not answer: " + seen.error().message());
    }
    const Snapshot snapshot = OfWorkload(view.snapshot(), workload.kind, workload.name);
    Status hopeful = hope.Check(snapshot, world.clock.Now());
    // A verdict is worth its whole chain, which four more looks may bring.
    if (!hopeful && view.Complete()) return std::move(hopeful).error();
    if (view.Complete() && settled(ReadyContainers(snapshot))) return Probe::Ready();
    return Probe::Pending(Explain(snapshot, view.Complete()), ReasonName(snapshot));
  };
  return WaitUntil(world.clock, fmt::format("readiness of {} {}", workload.kind, workload.name), deadline, {}, look);
}

class KubeApply : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Texts("manifests", manifests_, {.help = "files below scenarios/manifests/", .required = true});
  }
  std::vector<std::string> Files() const override {
    std::vector<std::string> files;
    for (const std::string& manifest : manifests_) files.push_back("manifests/" + manifest);
    return files;
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    for (const std::string& manifest : manifests_) E2E_CHECK(Apply(world, manifest, deadline), "kube.apply");
    return fmt::format("{} manifests applied", manifests_.size());
  }

 private:
  std::vector<std::string> manifests_;
};

class WaitVerdict : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    std::vector<std::string> reasons = ReasonNames();
    reasons.insert(reasons.begin(), kReady);
    visitor.Text("manifest", manifest_,
                 {.help = "a file below scenarios/manifests/, applied unless kube.apply did", .required = true});
    visitor.Text("reason", reason_, {.help = "why the wait ends; default: the workload is ready", .choices = reasons});
    visitor.Texts("says", says_, {.help = "words that its text must hold"});
  }
  std::vector<std::string> Files() const override { return {"manifests/" + manifest_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    if (!world.applied.contains(manifest_)) E2E_CHECK(Apply(world, manifest_, deadline), "wait.verdict");
    const AppliedManifest& workload = world.applied.at(manifest_);
    const Status ended = AwaitWorkload(world, workload, deadline);
    E2E_CHECK(JudgeEnd({reason_ == kReady ? "" : reason_, says_}, ended), "wait.verdict on " + manifest_);
    return fmt::format("{} {} after its manifest was applied{}", reason_,
                       Text(std::chrono::duration_cast<Duration>(world.clock.Now() - workload.at)),
                       ended ? "" : ": " + ended.error().message());
  }

 private:
  std::string manifest_;
  std::string reason_ = kReady;
  std::vector<std::string> says_;
};

}  // namespace

std::vector<StepKind> ManifestSteps() {
  return {
      {"kube.apply", "put manifests into the namespace", Duration(30'000), MakeStep<KubeApply>()},
      {"wait.verdict", "until a manifest's workload is ready, or hopeless for the reason", Duration(60'000),
       MakeStep<WaitVerdict>(), /*checks=*/true},
  };
}

}  // namespace e2e
