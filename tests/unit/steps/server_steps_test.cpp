// server.admin, node ports, kube.patch and kube.log against a scripted Kubernetes API.
#include "steps/node_ports.h"
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ServerStepsTest : public WorldFixture {
 protected:
  void ExpectSecret(const std::string& data) {
    kube_.Expect("GET /api/v1/namespaces/e2e/secrets/stalwart-admin", 200, R"({"data": )" + data + "}");
  }
  // The server's log; there was no run before.
  void ExpectLog(const std::string& text, const std::string& container = "stalwart") {
    ExpectNewestPod({PodObject("pod-1", "c", 0)});
    kube_.Expect("GET *pods/pod-pod-1/log?container=" + container + "&previous=true", 400, "{}");
    kube_.Expect("GET *pods/pod-pod-1/log?container=" + container, 200, text);
  }
};

TEST_F(ServerStepsTest, TheAdminsPasswordIsThatOfTheSecret) {
  ExpectSecret(R"({"admin-password": "c2VjcmV0LTE="})");
  const auto note = Run("server.admin: {from: secret}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, Not(HasSubstr("secret-1")));
  EXPECT_EQ(world_.admin_password, "secret-1");
  EXPECT_THAT(world_.secrets, ElementsAre("secret-1"));
}

TEST_F(ServerStepsTest, ThePasswordMustBeTheOneInUse) {
  world_.admin_password = "secret-1";
  ExpectSecret(R"({"admin-password": "c2VjcmV0LTE="})");
  EXPECT_THAT(Run("server.admin: {from: secret, same: true}"), Succeeds());
  world_.admin_password = "secret-0";
  ExpectSecret(R"({"admin-password": "c2VjcmV0LTE="})");
  EXPECT_THAT(Run("server.admin: {from: secret, same: true}"),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("another administrator's password"), Not(HasSubstr("secret-")))));
}

TEST_F(ServerStepsTest, ASecretWithoutAPasswordIsNone) {
  for (const char* data : {"{}", R"({"admin-password": ""})", R"({"admin-password": "%"})"}) {
    ExpectSecret(data);
    EXPECT_THAT(Run("server.admin: {from: secret}"),
                FailsWith(ErrorKind::kExpectation, HasSubstr("no admin-password")));
  }
}

TEST_F(ServerStepsTest, TheLogIsReadUntilItTellsThePassword) {
  ExpectLog("starting\n");
  ExpectLog("starting\nYour administrator account is 'admin' with password 'p-1'.\n");
  ASSERT_THAT(Run("server.admin: {from: log}"), Succeeds());
  EXPECT_EQ(world_.admin_password, "p-1");
}

TEST_F(ServerStepsTest, PortsAreMappedToTheLanesNodePorts) {
  kube_.Expect("GET /api/v1/namespaces/e2e/services/stalwart", 200,
               R"({"spec": {"ports": [{"name": "http", "port": 8080}, {"name": "smtp", "port": 25}]}})");
  kube_.Expect("PATCH /api/v1/namespaces/e2e/services/stalwart", 200, "{}");
  ASSERT_THAT(LeadToNodePorts(world_, Soon()), Succeeds());
  EXPECT_EQ(kube_.requests.back().content_type, "application/strategic-merge-patch+json");
  EXPECT_EQ(json::parse(kube_.requests.back().body), json::parse(R"({"spec": {"ports": [
    {"port": 8080, "protocol": "TCP", "nodePort": 30100}, {"port": 25, "protocol": "TCP", "nodePort": 30101}]}})"));
}

TEST_F(ServerStepsTest, AServiceWithoutAPortCanNotBeMapped) {
  kube_.Expect("GET *services/stalwart", 200, R"({"spec": {"ports": [{"name": "http", "port": 8080}]}})");
  EXPECT_THAT(LeadToNodePorts(world_, Soon()),
              FailsWith(ErrorKind::kExpectation, HasSubstr("the Service has 1 of the 2 ports")));
}

TEST_F(ServerStepsTest, APatchIsAStrategicMerge) {
  kube_.Expect("PATCH /apis/apps/v1/namespaces/e2e/deployments/stalwart", 200, "{}");
  ASSERT_THAT(Run("kube.patch: {object: deployment, patch: {spec: {replicas: 0}}}"), Succeeds());
  EXPECT_EQ(kube_.requests.back().content_type, "application/strategic-merge-patch+json");
  EXPECT_EQ(kube_.requests.back().body, R"({"spec":{"replicas":0}})");
  kube_.Expect("PATCH *", 422, R"({"message": "replicas: must not be negative"})");
  EXPECT_THAT(Run("kube.patch: {object: deployment, patch: {spec: {replicas: -1}}}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("must not be negative")));
}

TEST_F(ServerStepsTest, ALogIsNotEmptyAndHoldsTheWords) {
  ExpectLog("\n");
  ExpectLog("one\ntwo\n");
  const auto note = Run("kube.log: {}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "2 lines");
  ExpectLog("one\n", "guard");
  ExpectLog("one\ntwo\n", "guard");
  EXPECT_THAT(Run("kube.log: {container: guard, says: [two], silent: [three]}"), Succeeds());
}

TEST_F(ServerStepsTest, WordsThatMustNotBeThereEndIt) {
  ExpectLog("one\nFAILED: two\n");
  EXPECT_THAT(Run("kube.log: {silent: [FAILED]}"),
              FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("holds \"FAILED\""), HasSubstr("FAILED: two"))));
  for (int i = 0; i < 2; ++i) ExpectLog("one\n");
  EXPECT_THAT(Run("kube.log: {says: [two], within: 1s}"), FailsWith(ErrorKind::kTimeout, HasSubstr("lacks \"two\"")));
}

}  // namespace
}  // namespace e2e
