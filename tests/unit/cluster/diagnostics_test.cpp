#include "cluster/diagnostics.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_kube_transport.h"
#include "support/kube_objects.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class DiagnosticsTest : public testing::Test {
 protected:
  static json Event(const std::string& at, const std::string& reason) {
    return {{"lastTimestamp", at}, {"type", "Normal"}, {"reason", reason},
            {"message", "m"},      {"count", 3},       {"involvedObject", {{"kind", "Pod"}, {"name", "p"}}}};
  }
  void ExpectObjects(const json& pod) {
    transport_.Expect("GET /api/v1/namespaces/mail/pods", 200, KubeList({pod}));
    for (int i = 0; i < 8; ++i) transport_.Expect("GET *", 200, KubeList({}));
    transport_.Expect("GET /api/v1/namespaces/mail/events", 200,
                      KubeList({Event("2026-11-24T02:31:00Z", "Second"), Event("2026-11-24T02:30:00Z", "First")}));
  }
  void ExpectSummary() {
    for (int i = 0; i < 4; ++i) transport_.Expect("GET *", 200, KubeList({}));
  }
  DiagnosticsReport Collect(HelmRelease* helm, Node* node) {
    return CollectDiagnostics(api_, helm, node, {.ns = "mail", .folder = dir_ / "bundle", .secrets = {"hunter2"}},
                              Deadline::In(clock_, std::chrono::seconds(60)));
  }
  std::string Bundle(const std::string& name) const { return TempDir::Read(dir_ / ("bundle/" + name)); }

  TempDir dir_;
  FakeClock clock_;
  FakeKubeTransport transport_;
  FakeCommandRunner runner_;
  KubeApi api_{transport_, clock_};
};

TEST_F(DiagnosticsTest, CollectsObjectsEventsLogsAndSummaryRedacted) {
  json pod = RunningPod("p", "u", "id", 1);
  pod["spec"]["containers"][0]["env"] = {{{"name", "PASSWORD"}, {"value", "hunter2"}}};
  ExpectObjects(pod);
  transport_.Expect("GET /api/v1/namespaces/mail/pods/p/log?container=stalwart&tailLines=2000", 200, "auth hunter2\n");
  transport_.Expect("GET /api/v1/namespaces/mail/pods/p/log?container=stalwart&previous=true*", 200, "before\n");
  ExpectSummary();
  const DiagnosticsReport report = Collect(nullptr, nullptr);
  EXPECT_THAT(report.missing, IsEmpty());
  EXPECT_THAT(Bundle("objects/pods.json"), AllOf(HasSubstr("\"***\""), Not(HasSubstr("hunter2"))));
  EXPECT_EQ(Bundle("events.txt"),
            "2026-11-24T02:30:00Z  Normal   First on Pod p: m (x3)\n"
            "2026-11-24T02:31:00Z  Normal   Second on Pod p: m (x3)\n");
  EXPECT_EQ(Bundle("logs/p.stalwart.log"), "auth ***\n");
  EXPECT_EQ(Bundle("logs/p.stalwart.previous.log"), "before\n");
  EXPECT_THAT(Bundle("summary.txt"), HasSubstr("everything is ready"));
  for (const std::filesystem::path& file : report.files) {
    const std::string name = file.lexically_relative(dir_ / "bundle");
    if (name == "index.md") continue;
    EXPECT_THAT(Bundle("index.md"), HasSubstr("| [" + name + "](" + name + ") | "));
  }
  for (const KubeRequest& request : transport_.requests) EXPECT_THAT(request.path, Not(HasSubstr("secrets")));
}

TEST_F(DiagnosticsTest, CollectsHelmAndTheNode) {
  ExpectObjects(json::object());
  ExpectSummary();
  runner_.Expect("helm get values *", FakeCommandRunner::Success("a: hunter2\n"));
  runner_.Expect("helm get manifest *", FakeCommandRunner::Success("kind: Secret\ndata:\n  p: aHVudGVyMg==\n"));
  runner_.Expect("helm history *", FakeCommandRunner::Success(R"([{"revision":1,"status":"deployed"}])"));
  runner_.Expect("docker exec n sh -c *kubelet", FakeCommandRunner::Success("kubelet says\n"));
  runner_.Expect("docker exec n sh -c *containerd", FakeCommandRunner::Failure(1, "no log"));
  HelmRelease helm(runner_,
                   {.tools = {.helm = "helm"}, .kubeconfig = "k", .run_dir = "/run", .ns = "mail", .name = "r"});
  Node node(runner_, {.docker = "docker"}, "n");
  const DiagnosticsReport report = Collect(&helm, &node);
  EXPECT_EQ(Bundle("helm/values.yaml"), "a: ***\n");
  EXPECT_EQ(Bundle("helm/manifest.yaml"), "kind: Secret\ndata:\n  p: ***\n");
  EXPECT_THAT(Bundle("helm/history.txt"), HasSubstr("1  deployed"));
  EXPECT_EQ(Bundle("node/kubelet.log"), "kubelet says\n");
  EXPECT_THAT(report.missing, testing::ElementsAre(HasSubstr("node/containerd.log")));
  EXPECT_THAT(Bundle("missing.txt"), HasSubstr("node/containerd.log"));
}

TEST_F(DiagnosticsTest, AnApiThatIsAwayIsNoFailure) {
  for (int i = 0; i < 11; ++i) transport_.Expect("GET *", Error(ErrorKind::kTransport, "connection refused"));
  const DiagnosticsReport report = Collect(nullptr, nullptr);
  EXPECT_EQ(report.missing.size(), 11u);
  EXPECT_THAT(report.missing, Each(HasSubstr("connection refused")));
}

}  // namespace
}  // namespace e2e
