#include "cluster/clear_cluster.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_kube_transport.h"
#include "support/kube_objects.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string NodeList(const std::string& ready) {
  const json condition = {{"type", "Ready"}, {"status", ready}};
  return KubeList({json{{"metadata", {{"name", "n"}}}, {"status", {{"conditions", json::array({condition})}}}}});
}

std::string Namespaces(const std::vector<std::string>& names) {
  std::vector<json> objects;
  for (const std::string& name : names) objects.push_back({{"metadata", {{"name", name}}}});
  return KubeList(objects);
}

class ClearClusterTest : public testing::Test {
 protected:
  Status Clear() {
    return ClearCluster(
        api_, node_, [this](const std::string& line) { told_ += line; }, Deadline::In(clock_, Duration(300'000)));
  }

  void ExpectNoVolumes() {
    transport_.Expect("GET /api/v1/persistentvolumes*", 200, KubeList({}));
    runner_.Expect("docker exec n sh -c * list /var/lib/stalwart-e2e/volumes");
  }

  FakeClock clock_;
  FakeKubeTransport transport_;
  FakeCommandRunner runner_;
  KubeApi api_{transport_, clock_};
  Node node_{runner_, {.docker = "docker"}, "n"};
  std::string told_;
};

TEST_F(ClearClusterTest, AClusterWithoutLeftoversIsReadyAtOnce) {
  transport_.Expect("GET /api/v1/nodes*", 200, NodeList("True"));
  transport_.Expect("GET /api/v1/namespaces*", 200, Namespaces({"default", "kube-system"}));
  ExpectNoVolumes();
  EXPECT_THAT(Clear(), Succeeds());
  EXPECT_EQ(told_, "");
}

TEST_F(ClearClusterTest, DeletesTheScenariosNamespacesAndWaitsForTheirEnd) {
  transport_.Expect("GET /api/v1/nodes*", 200, NodeList("True"));
  transport_.Expect("GET /api/v1/namespaces*", 200, Namespaces({"default", "e2e-smoke-ports", "e2e-x"}));
  transport_.Expect("DELETE /api/v1/namespaces/e2e-smoke-ports*", 200, "{}");
  transport_.Expect("DELETE /api/v1/namespaces/e2e-x*", 200, "{}");
  transport_.Expect("GET /api/v1/namespaces*", 200, Namespaces({"default", "e2e-x"}));
  transport_.ExpectWatch("GET /api/v1/namespaces?watch=*",
                         {R"({"type": "DELETED", "object": {"metadata": {"name": "e2e-x", "resourceVersion": "2"}}})"
                          "\n"});
  ExpectNoVolumes();
  EXPECT_THAT(Clear(), Succeeds());
  EXPECT_EQ(told_, "deleting what former scenarios left: e2e-smoke-ports, e2e-x");
}

TEST_F(ClearClusterTest, RemovesTheVolumesOfFormerScenarios) {
  transport_.Expect("GET /api/v1/nodes*", 200, NodeList("True"));
  transport_.Expect("GET /api/v1/namespaces*", 200, Namespaces({"default"}));
  transport_.Expect("GET /api/v1/persistentvolumes*", 200, KubeList({}));
  runner_.Expect("docker exec n sh -c * list *", FakeCommandRunner::Success("e2e-x\n"));
  transport_.Expect("DELETE /api/v1/persistentvolumes/e2e-x", 404, "{}");
  runner_.Expect("docker exec n sh -c *umount*").Expect("docker exec n rm *");
  EXPECT_THAT(Clear(), Succeeds());
}

TEST_F(ClearClusterTest, AClusterThatDoesNotAnswerOrWhoseNodeIsNotReadyIsOfNoUse) {
  transport_.Expect("GET /api/v1/nodes*", Error(ErrorKind::kTransport, "connection refused"));
  EXPECT_THAT(Clear(), FailsWith(ErrorKind::kTransport, HasSubstr("connection refused")));
  transport_.Expect("GET /api/v1/nodes*", 200, NodeList("Unknown"));
  EXPECT_THAT(Clear(), FailsWith(ErrorKind::kInfra, HasSubstr("its node is not ready")));
}

}  // namespace
}  // namespace e2e
