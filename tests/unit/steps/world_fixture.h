// WorldFixture: a World whose cluster, commands and time are fakes, and steps run as a scenario would write them.
#pragma once

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "scenario/loader.h"
#include "steps/catalog.h"
#include "steps/variables.h"
#include "steps/world.h"
#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_kube_transport.h"
#include "support/loopback_server.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {

class WorldFixture : public testing::Test {
 protected:
  // "kube.expect: {object: pod, match: {}}".
  Outcome<std::string> Run(const std::string& yaml) {
    E2E_TRY(const YamlNode root, YamlNode::Parse(yaml, "step.yaml"), "parsing");
    const auto& [key, args] = root.Entries().front();
    const std::vector<StepKind>& kinds = BuiltinSteps();
    const auto kind =
        std::find_if(kinds.begin(), kinds.end(), [&](const StepKind& k) { return k.name == key.Scalar(); });
    if (kind == kinds.end()) return Error(ErrorKind::kBadScenario, "no step " + key.Scalar());
    const auto step = kind->make();
    step->within = kind->within;
    Problems problems;
    std::vector<std::string> variables = FixedVariables();
    for (const auto& [name, value] : world_.variables) variables.push_back(name);
    YamlFields fields(args, key.Scalar(), problems, &variables);
    VisitFields(*step, fields);
    fields.Finish();
    if (const std::string mistake = step->Check(); problems.empty() && !mistake.empty()) {
      problems.emplace_back(ErrorKind::kBadScenario, mistake);
    }
    if (!problems.empty()) return Error(ErrorKind::kBadScenario, Render(problems));
    return RunStep(*step, world_, Deadline::In(clock_, step->within));
  }
  Deadline Soon() const { return Deadline::In(clock_, Duration(10'000)); }
  void Serve(const std::string& port, const LoopbackServer& server) {
    world_.endpoints[port] = server.At("mail.example.org");
  }

  static nlohmann::json PodObject(const std::string& uid, const std::string& container, int restarts) {
    return {{"metadata", {{"name", "pod-" + uid}, {"uid", uid}, {"resourceVersion", "1"}}},
            {"spec", {{"containers", {{{"name", "stalwart"}}}}}},
            {"status",
             {{"phase", "Running"},
              {"conditions", {{{"type", "Ready"}, {"status", "True"}}}},
              {"containerStatuses",
               {{{"name", "stalwart"}, {"containerID", "containerd://" + container}, {"restartCount", restarts}}}}}}};
  }
  static std::string ListOf(const std::vector<nlohmann::json>& items) {
    return nlohmann::json{{"kind", "List"}, {"metadata", {{"resourceVersion", "7"}}}, {"items", items}}.dump();
  }
  static std::string Event(const std::string& type, nlohmann::json object) {
    object["metadata"]["resourceVersion"] = "8";
    return nlohmann::json{{"type", type}, {"object", object}}.dump() + "\n";
  }
  // What reading the baseline asks for.
  void ExpectBaseline(const std::string& claim, const std::string& volume, const std::vector<nlohmann::json>& pods) {
    const nlohmann::json object = {{"metadata", {{"name", "stalwart"}, {"uid", claim}}},
                                   {"spec", {{"volumeName", volume}}}};
    kube_.Expect("GET /api/v1/namespaces/e2e/persistentvolumeclaims/stalwart", claim.empty() ? 404 : 200,
                 object.dump());
    kube_.Expect(kPods, 200, ListOf(pods));
  }

  // What a release has in the end, before its baseline is read.
  void ExpectReadyPod() { kube_.Expect(kPods, 200, ListOf({PodObject("pod-1", "container-1", 0)})); }

  // What looking for the pod of the Deployment's newest template asks for; nothing in `pods` when there is none.
  void ExpectNewestPod(const std::vector<nlohmann::json>& pods) {
    const nlohmann::json revision = {{"deployment.kubernetes.io/revision", "3"}};
    kube_.Expect("GET /apis/apps/v1/namespaces/e2e/deployments/stalwart", 200,
                 nlohmann::json{{"metadata", {{"generation", 4}, {"annotations", revision}}},
                                {"status", {{"observedGeneration", 4}}}}
                     .dump());
    const nlohmann::json former = {{"deployment.kubernetes.io/revision", "2"}};
    kube_.Expect("GET /apis/apps/v1/namespaces/e2e/replicasets?*", 200,
                 ListOf({{{"metadata", {{"annotations", former}, {"labels", {{"pod-template-hash", "old"}}}}}},
                         {{"metadata", {{"annotations", revision}, {"labels", {{"pod-template-hash", "new"}}}}}}}));
    kube_.Expect(std::string(kPods) + "%2Cpod-template-hash%3Dnew", 200, ListOf(pods));
  }

  static constexpr const char* kPods =
      "GET /api/v1/namespaces/e2e/pods?labelSelector=app.kubernetes.io%2Fname%3Dstalwart%2C"
      "app.kubernetes.io%2Finstance%3Dstalwart";
  static constexpr const char* kWatchPods = "GET /api/v1/namespaces/e2e/pods?*watch=1*";

  TempDir dir_;
  FakeClock clock_;
  Interrupt interrupt_;
  NullLog log_;
  Transcript transcript_{clock_};
  HttpClient http_{clock_, interrupt_};
  FakeKubeTransport kube_;
  KubeApi api_{kube_, clock_};
  FakeCommandRunner runner_;
  const Tools tools_{.docker = "docker", .kind = "kind", .helm = "helm"};
  HelmRelease helm_{runner_,
                    {.tools = tools_, .kubeconfig = "kc", .run_dir = dir_.path(), .ns = "e2e", .name = "stalwart"}};
  Node node_{runner_, tools_, "node"};
  Servers servers_ = *FindServers("reference", "mail:1", "fake-0.16", "fake:2");
  World world_{.clock = clock_,
               .interrupt = interrupt_,
               .log = log_,
               .transcript = transcript_,
               .http = http_,
               .api = api_,
               .helm = helm_,
               .node = node_,
               .servers = servers_,
               .server = &servers_.main,
               .ns = "e2e",
               .release = "stalwart",
               .endpoints = {},
               .node_ports = {{"http", 30100}, {"smtp", 30101}},
               .admin_password = "admin-secret",
               .accounts = {{"user1@example.org", "pass-1"}, {"user2@example.org", "pass-2"}},
               .values = {.files = {"base.yaml"}},
               .chart = "chart",
               .artifacts = dir_.path()};
};

}  // namespace e2e
