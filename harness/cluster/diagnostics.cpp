#include "cluster/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "base/text.h"
#include "cluster/events.h"
#include "cluster/explain.h"
#include "cluster/json_access.h"
#include "cluster/redaction.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr int kLogLines = 2000;
// What one piece of the bundle may take, so that one that hangs doesn't cost all the others.
constexpr Duration kPiece{4'000};

struct Resource {
  std::string_view group;  // empty: the core group
  std::string_view kind;
  bool namespaced = true;
};
// No Secrets.
constexpr std::array<Resource, 9> kResources = {{{"", "pods"},
                                                 {"apps/v1", "deployments"},
                                                 {"apps/v1", "replicasets"},
                                                 {"", "services"},
                                                 {"discovery.k8s.io/v1", "endpointslices"},
                                                 {"", "persistentvolumeclaims"},
                                                 {"", "persistentvolumes", false},
                                                 {"", "configmaps"},
                                                 {"", "nodes", false}}};

std::string EventLine(const json& event) {
  return fmt::format("{}  {:<7}  {} (x{})\n", EventTime(event), TextAt(event, "/type"), EventText(event),
                     IntAt(event, "/count", 1));
}

class Collector {
 public:
  Collector(KubeApi& api, const DiagnosticsOptions& options, Deadline deadline)
      : api_(api), options_(options), deadline_(deadline) {}

  void Objects() {
    for (const auto& [group, kind, namespaced] : kResources) {
      const std::string_view ns = namespaced ? std::string_view(options_.ns) : "";
      const std::string path = group.empty() ? CorePath(ns, kind) : GroupPath(group, ns, kind);
      const auto objects = api_.List({.path = path}, Piece());
      const std::string file = fmt::format("objects/{}.json", kind);
      Keep(file, fmt::format("the {} as the API has them", kind),
           objects ? Outcome<std::string>(json(*objects).dump(2) + "\n") : objects.error());
      if (objects && kind == "pods") pods_ = *objects;
    }
  }

  void Events() {
    auto events = api_.List({.path = CorePath(options_.ns, "events")}, Piece());
    constexpr const char* kWhat = "the namespace's events, in order of time";
    if (!events) return Keep("events.txt", kWhat, events.error());
    std::stable_sort(events->begin(), events->end(),
                     [](const json& a, const json& b) { return EventTime(a) < EventTime(b); });
    std::string text;
    for (const json& event : *events) text += EventLine(event);
    Keep("events.txt", kWhat, text);
  }

  void Logs() {
    for (const json& pod : pods_) {
      for (const char* list : {"/status/initContainerStatuses", "/status/containerStatuses"}) {
        for (const json& status : ListAt(pod, list)) LogsOf(TextAt(pod, "/metadata/name"), status);
      }
    }
  }

  void Summary() {
    const auto snapshot = Observe(api_, options_.ns, Piece());
    constexpr const char* kWhat = "what is not ready, and why; each pod and claim in a line. Begin here";
    if (!snapshot) return Keep("summary.txt", kWhat, snapshot.error());
    std::string text = Explain(*snapshot) + "\n\n";
    for (const Pod& pod : snapshot->pods) text += ExplainPod(pod) + "\n";
    for (const Claim& claim : snapshot->claims) {
      text += fmt::format("PVC {} {} (uid {}, volume {}, class {})\n", claim.name, claim.phase, claim.uid, claim.volume,
                          claim.storage_class);
    }
    Keep("summary.txt", kWhat, text);
  }

  void Helm(HelmRelease& helm) {
    Keep("helm/values.yaml", "the release's values, with the chart's defaults", helm.GetValues(Piece()));
    Keep("helm/manifest.yaml", "what helm rendered and sent", helm.GetManifest(Piece()));
    const auto history = helm.History(Piece());
    constexpr const char* kWhat = "the release's revisions";
    if (!history) return Keep("helm/history.txt", kWhat, history.error());
    std::string text;
    for (const HelmRevision& revision : *history) {
      text += fmt::format("{}  {}  {}  {}\n", revision.revision, revision.status, revision.chart, revision.description);
    }
    Keep("helm/history.txt", kWhat, text);
  }

  void NodeLogs(Node& node) {
    // With systemd in the node (kind's own image) the journal has them, otherwise the files.
    constexpr std::string_view kScript =
        "if [ -f /var/log/$1.log ]; then tail -n 2000 /var/log/$1.log; else journalctl --no-pager -n 2000 -u $1; fi";
    for (const char* unit : {"kubelet", "containerd"}) {
      Keep(fmt::format("node/{}.log", unit), fmt::format("the last lines of the node's {}", unit),
           node.Exec({"sh", "-c", std::string(kScript), "sh", unit}, Piece()));
    }
  }

  DiagnosticsReport Finish() {
    if (!report_.missing.empty()) {
      const std::string text = Join(report_.missing, "\n") + "\n";
      Keep("missing.txt", "what could not be had, and why", text);
    }
    const std::string index = "# Diagnostics of namespace " + options_.ns +
                              "\n\nSecrets are replaced by `***`.\n\n| file | what it is |\n|---|---|\n" + index_;
    Keep("index.md", "", index);
    return std::move(report_);
  }

 private:
  Deadline Piece() const { return Deadline::Min(deadline_, Deadline::In(api_.clock(), kPiece)); }

  void LogsOf(const std::string& pod, const json& status) {
    const std::string container = TextAt(status, "/name");
    const bool restarted = IntAt(status, "/restartCount") > 0;
    // Without an id the container never was; asking for its log would only be an error.
    if (TextAt(status, "/containerID").empty() && !restarted) return;
    for (const bool previous : {false, true}) {
      if (previous && !restarted) continue;
      Keep(fmt::format("logs/{}.{}{}.log", pod, container, previous ? ".previous" : ""),
           fmt::format("the log of container {} in pod {}{}", container, pod, previous ? ", of the run before" : ""),
           api_.Logs({.ns = options_.ns, .pod = pod, .container = container, .previous = previous, .tail = kLogLines},
                     Piece()));
    }
  }

  std::string Redacted(std::string_view text) const { return RedactUnknown(Redact(text, options_.secrets)); }

  // `what` tells of it in the index.
  void Keep(const std::string& name, std::string_view what, const Outcome<std::string>& text) {
    if (!text) {
      report_.missing.push_back(fmt::format("{}: {}", name, Redacted(text.error().message())));
      return;
    }
    const std::filesystem::path file = options_.folder / name;
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    if (!error && std::ofstream(file) << Redacted(*text)) {
      report_.files.push_back(file);
      index_ += fmt::format("| [{0}]({0}) | {1} |\n", name, what);
    } else {
      report_.missing.push_back(fmt::format("{}: it can't be written", file.string()));
    }
  }

  KubeApi& api_;
  const DiagnosticsOptions& options_;
  const Deadline deadline_;
  std::vector<json> pods_;
  std::string index_;
  DiagnosticsReport report_;
};

}  // namespace

DiagnosticsReport CollectDiagnostics(KubeApi& api, HelmRelease* helm, Node* node, const DiagnosticsOptions& options,
                                     Deadline deadline) {
  DiagnosticsOptions redacted = options;
  for (const std::string& secret : options.secrets) {
    if (!secret.empty()) redacted.secrets.push_back(Base64Encode(secret));
  }
  Collector collector(api, redacted, deadline);
  collector.Objects();
  collector.Events();
  collector.Logs();
  collector.Summary();
  if (helm != nullptr) collector.Helm(*helm);
  if (node != nullptr) collector.NodeLogs(*node);
  return collector.Finish();
}

}  // namespace e2e
