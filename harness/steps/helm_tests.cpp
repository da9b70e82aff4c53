#include "steps/helm_tests.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/yaml.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

// What helm and the checks after it need of the step's time.
constexpr Duration kReserve{10'000};
constexpr std::size_t kLogTail = 20;

std::string Shown(const HelmTestRun& run) {
  std::vector<std::string> tests;
  for (const HelmTest& test : run.tests) tests.push_back(test.name + " " + test.phase);
  return Join(tests, ", ");
}

// The pods among the objects that helm makes for the tests. Helm may have deleted a pod that did well, so its labels
// are read where they come from.
Outcome<std::vector<YamlNode>> TestPods(World& world, Deadline deadline) {
  E2E_TRY(const std::string hooks, world.helm.GetHooks(deadline), "reading the chart's tests");
  std::vector<YamlNode> pods;
  for (const std::string& text : SplitYamlDocuments(hooks)) {
    E2E_TRY(YamlNode document, YamlNode::Parse(text, "helm get hooks"), "reading the chart's tests");
    const YamlNode* kind = document.Find("kind");
    if (kind != nullptr && kind->Scalar() == "Pod") pods.push_back(std::move(document));
  }
  return pods;
}

const YamlNode* InMetadata(const YamlNode& object, std::string_view key) {
  const YamlNode* metadata = object.Find("metadata");
  return metadata == nullptr ? nullptr : metadata->Find(key);
}

bool Selects(const json& selector, const YamlNode* labels) {
  if (!selector.is_object() || selector.empty() || labels == nullptr) return false;
  for (const auto& [name, value] : selector.items()) {
    const YamlNode* label = labels->Find(name);
    if (label == nullptr || label->Scalar() != value) return false;
  }
  return true;
}

bool IsEndpoint(const std::vector<json>& slices, const std::string& pod) {
  for (const json& slice : slices) {
    for (const json& endpoint : ListAt(slice, "/endpoints")) {
      if (TextAt(endpoint, "/targetRef/name") == pod) return true;
    }
  }
  return false;
}

Status CheckTraffic(World& world, const std::vector<YamlNode>& pods, Deadline deadline) {
  E2E_TRY(const json service, world.api.Get(CorePath(world.ns, "services", world.release), deadline),
          "reading the Service");
  const ListQuery query{GroupPath("discovery.k8s.io/v1", world.ns, "endpointslices"),
                        "kubernetes.io/service-name=" + world.release};
  E2E_TRY(const std::vector<json> slices, world.api.List(query, deadline), "reading the endpoints");
  for (const YamlNode& pod : pods) {
    const YamlNode* name = InMetadata(pod, "name");
    const std::string test = name == nullptr ? "" : name->Scalar();
    if (Selects(JsonAt(service, "/spec/selector"), InMetadata(pod, "labels"))) {
      return Error(ErrorKind::kExpectation,
                   fmt::format("the Service's selector matches the pod of test {}: it would get mail", test));
    }
    if (IsEndpoint(slices, test)) {
      return Error(ErrorKind::kExpectation, fmt::format("the pod of test {} is an endpoint of the Service", test));
    }
  }
  return {};
}

// The logs of the tests that failed, each under its name.
std::string LogsOfFailed(World& world, const HelmTestRun& run, Deadline deadline) {
  std::string logs;
  for (const HelmTest& test : run.tests) {
    if (test.phase == "Succeeded") continue;
    const auto log = world.api.Logs({.ns = world.ns, .pod = test.name}, deadline);
    logs += fmt::format("log of {}:\n{}\n", test.name, log ? Tail(*log, kLogTail) : log.error().message());
  }
  return logs;
}

}  // namespace

Outcome<std::string> RunHelmTests(World& world, const std::string& fails, Deadline deadline) {
  E2E_TRY(const std::vector<YamlNode> pods, TestPods(world, deadline), "helm.test");
  if (pods.empty()) return Error(ErrorKind::kExpectation, "the chart has no test");
  E2E_TRY(const HelmTestRun run, world.helm.Test(Deadline(deadline.at() - kReserve)), "helm.test");
  if (run.tests.empty()) return Error(ErrorKind::kExpectation, "no test was run");
  E2E_CHECK(CheckTraffic(world, pods, deadline), "helm.test");
  if (run.passed && fails.empty()) return fmt::format("{} tests passed: {}", pods.size(), Shown(run));
  if (run.passed) {
    return Error(ErrorKind::kExpectation, fmt::format("the tests passed, but must fail with \"{}\"", fails))
        .Detail(Shown(run));
  }
  const std::string logs = LogsOfFailed(world, run, deadline);
  if (fails.empty()) {
    return Error(ErrorKind::kExpectation, "the chart's tests failed: " + Shown(run)).Detail(run.words + "\n" + logs);
  }
  if (logs.find(fails) == std::string::npos) {
    return Error(ErrorKind::kExpectation, fmt::format("a test failed, but its log does not say \"{}\"", fails))
        .Detail(run.words + "\n" + logs);
  }
  return fmt::format("{} tests failed as they must: {}", pods.size(), Shown(run));
}

}  // namespace e2e
