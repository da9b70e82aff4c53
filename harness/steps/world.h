// World: everything that a step may touch. One World for each scenario run.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "cluster/faults.h"
#include "cluster/helm_release.h"
#include "cluster/kube_api.h"
#include "cluster/node.h"
#include "net/endpoint.h"
#include "net/http_client.h"
#include "net/transcript.h"
#include "steps/ledger.h"
#include "steps/message.h"
#include "steps/server_profile.h"

namespace e2e {

struct Account {
  std::string address;  // also the login
  std::string password;

  std::string Domain() const { return address.substr(address.find('@') + 1); }
};

// The state that `volume.same` and `kube.unchanged` compare with; taken when the release was last usable.
struct Baseline {
  std::string claim_uid;
  std::string volume;
  std::string pod_uid;
  std::string container_id;
  int restarts = 0;
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
  const ServerProfile& profile;

  std::string ns;       // the scenario's namespace
  std::string release;  // the release's name, and by the chart's rule that of its objects
  // Where each port of the Service is reached, by the Service's name for it.
  std::map<std::string, Endpoint, std::less<>> endpoints;
  std::string admin_password;
  std::vector<Account> accounts;
  // Helm values of the scenario: what the harness sets, the scenario's files, its `set`.
  std::vector<std::string> values_files;
  // Files that steps have written with values of their own.
  int values_written = 0;
  std::string chart;
  std::filesystem::path artifacts;

  // The one pod of the release.
  FaultTarget Target() { return {api, node, ns, Selector()}; }
  std::string Selector() const { return "app.kubernetes.io/instance=" + release; }

  // Kept by steps under the names that the scenario gives.
  std::map<std::string, Ledger> ledgers = {};
  std::map<std::string, TestMessage> messages = {};
  std::optional<Frozen> frozen = {};
  std::map<std::string, Baseline> volumes = {};
  Baseline baseline = {};
};

}  // namespace e2e
