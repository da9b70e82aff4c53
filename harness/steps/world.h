// World: everything that a step may touch. One World for each scenario run.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "cluster/faults.h"
#include "cluster/helm_release.h"
#include "cluster/kube_api.h"
#include "cluster/node.h"
#include "cluster/own_volume.h"
#include "cluster/volume_listing.h"
#include "net/endpoint.h"
#include "net/http_client.h"
#include "net/transcript.h"
#include "steps/account.h"
#include "steps/ledger.h"
#include "steps/message.h"
#include "steps/outage_meter.h"
#include "steps/release_values.h"
#include "steps/servers.h"
#include "steps/traffic.h"

namespace e2e {

// A connection in the middle of a scripted conversation (steps/dialogue_steps.cpp).
struct OpenDialogue;

// The state that `volume.same` and `kube.unchanged` compare with; taken when the release was last usable.
struct Baseline {
  std::string claim_uid;
  std::string volume;
  std::string pod_uid;
  std::string container_id;
  int restarts = 0;
};

// A manifest in the scenario's namespace: its workload, when it was applied, and what the API refused of it.
struct AppliedManifest {
  std::string kind;
  std::string name;
  TimePoint at;
  std::optional<Error> refused;
};

// The proof that a fault happened, and the kind of step that brought it.
struct Receipt {
  std::string kind;
  std::string text;
};

// The references outlive the World. Thread rule: used by one thread.
struct World {
  Clock& clock;
  const Interrupt& interrupt;
  Log& log;
  Transcript& transcript;
  HttpClient& http;
  KubeApi& api;
  HelmRelease& helm;
  Node& node;
  const Servers& servers;
  // The one that the release runs now; one of `servers`.
  const ServerUnderTest* server;

  std::string ns;       // the scenario's namespace
  std::string release;  // the release's name, and by the chart's rule that of its objects
  // Where each port of the Service is reached, by the Service's name for it.
  std::map<std::string, Endpoint, std::less<>> endpoints;
  // The node port behind each of them.
  std::map<std::string, int> node_ports;
  std::string admin_password;
  std::vector<Account> accounts;
  ReleaseValues values;
  // The chart under test. Other charts are named from its parent folder.
  std::filesystem::path chart;
  std::filesystem::path artifacts;

  const ServerProfile& profile() const { return server->profile; }
  // The one pod of the release.
  FaultTarget Target() { return {api, node, ns, Selector(), calm_api}; }
  // Keeps a fault's receipt, and gives the line for its step.
  std::string Prove(const std::string& kind, const std::string& text) {
    receipts.push_back({kind, text});
    return "receipt: " + text;
  }
  // Of the server's pods; the pods of the chart's tests have another name.
  std::string Selector() const { return "app.kubernetes.io/name=stalwart,app.kubernetes.io/instance=" + release; }

  // Goes on after an interrupt, for what has to be taken back. Default: `api`.
  KubeApi* calm_api = nullptr;
  // For who needs an API client of its own, in a thread of its own. Default: there is none to be had.
  std::optional<Kubeconfig> kubeconfig = {};
  // Of this run and of this scenario, for ${run.id} and ${scenario.id}.
  std::string run_id = {};
  std::string scenario_id = {};
  // What steps saved for ${name}.
  std::map<std::string, std::string> variables = {};

  // Kept by steps under the names that the scenario gives.
  std::map<std::string, Ledger> ledgers = {};
  std::map<std::string, TestMessage> messages = {};
  std::map<std::string, std::unique_ptr<Traffic>> traffic = {};
  std::map<std::string, std::shared_ptr<OpenDialogue>> dialogues = {};
  std::map<std::string, std::unique_ptr<OutageMeter>> meters = {};
  std::optional<Frozen> frozen = {};
  std::map<std::string, Baseline> volumes = {};
  std::map<std::string, VolumeListing> listings = {};
  // What release.remember saw, by what people call it.
  std::map<std::string, std::map<std::string, std::string>> releases = {};
  Baseline baseline = {};
  // What `server` was in the revision before; null for the first one.
  const ServerUnderTest* former_server = nullptr;
  // Passwords that were not made by the harness, for redaction.
  std::vector<std::string> secrets = {};
  // The server's limits to incoming mail are on: Stalwart 0.16 without names from the Internet takes its settings anew
  // at the next start only.
  bool throttled = false;
  // Names of the profiles that the release has had, the first one first.
  std::vector<std::string> servers_used = {};
  // Charts that were released before the one under test, the last one last. Default: none.
  std::vector<std::string> released = {};
  // A copy of the chart under test that takes its place. Default: none.
  std::filesystem::path mutant_chart = {};
  // The folder of manifests that steps name, and those that were applied.
  std::filesystem::path manifests = {};
  std::map<std::string, AppliedManifest> applied = {};
  // The scenario's own volume, behind the claim that has the release's name. Nothing when the chart makes it.
  std::optional<OwnVolume> volume = {};
  // Of all faults, in their order.
  std::vector<Receipt> receipts = {};
};

}  // namespace e2e
