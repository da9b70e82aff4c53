#include "cluster/node_restarts.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_kube_transport.h"
#include "support/kube_objects.h"
#include "support/outcome_matchers.h"
#include "unit/cluster/fault_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class NodeRestartsTest : public FaultFixture {
 protected:
  static CommandResult Says(const std::string& text) { return FakeCommandRunner::Success(text); }
};

constexpr const char* kNodes = "GET /api/v1/nodes?fieldSelector=metadata.name%3Dn";
std::string NodeList(const std::string& heartbeat, const std::string& ready) {
  return KubeList(
      {{{"metadata", {{"name", "n"}}},
        {"status",
         {{"conditions",
           {{{"type", "Ready"}, {"status", ready}, {"message", "m"}, {"lastHeartbeatTime", heartbeat}}}}}}}});
}

TEST_F(NodeRestartsTest, NodeRestartNeedsAHeartbeatFromAfterIt) {
  runner_.Expect("docker inspect --format {{.State.StartedAt}} n",
                 FakeCommandRunner::Success("2026-11-24T02:00:00.5Z\n"));
  runner_.Expect("docker restart n");
  runner_.Expect("docker inspect *", FakeCommandRunner::Success("2026-11-24T02:30:00.5Z\n"));
  transport_.Expect(kNodes, Error(ErrorKind::kTransport, "connection refused"));
  transport_.Expect(kNodes, 200, NodeList("2026-11-24T02:29:59Z", "True"));
  transport_.Expect(std::string(kNodes) + "&watch=1*", 410, "{}");
  transport_.Expect(kNodes, 200, NodeList("2026-11-24T02:30:04Z", "False"));
  transport_.Expect(std::string(kNodes) + "&watch=1*", 410, "{}");
  transport_.Expect(kNodes, 200, NodeList("2026-11-24T02:30:09Z", "True"));
  const auto receipt = RestartNode(target_, deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "node n restarted: started 2026-11-24T02:00:00.5Z -> 2026-11-24T02:30:00.5Z, ready again");
}

TEST_F(NodeRestartsTest, ANodeThatDidNotRestartIsInconclusive) {
  runner_.Expect("docker inspect *", FakeCommandRunner::Success("2026-11-24T02:00:00.5Z\n"));
  runner_.Expect("docker restart n");
  runner_.Expect("docker inspect *", FakeCommandRunner::Success("2026-11-24T02:00:00.5Z\n"));
  EXPECT_THAT(RestartNode(target_, deadline_), FailsWith(ErrorKind::kInconclusive, HasSubstr("as before")));
}

constexpr const char* kStartedAt = "docker inspect --format {{.State.StartedAt}} n";
constexpr const char* kExitCode = "docker inspect --format {{.State.ExitCode}} n";

TEST_F(NodeRestartsTest, AKilledNodeHasTheStatusOfSigkill) {
  runner_.Expect(kStartedAt, Says("2026-11-24T02:00:00.5Z\n"))
      .Expect("docker kill --signal KILL n")
      .Expect(kExitCode, Says("137\n"))
      .Expect("docker start n")
      .Expect(kStartedAt, Says("2026-11-24T02:30:00.5Z\n"));
  transport_.Expect(kNodes, 200, NodeList("2026-11-24T02:30:09Z", "True"));
  const auto receipt = KillNode(target_, deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(),
            "node n killed, ended with 137: started 2026-11-24T02:00:00.5Z -> 2026-11-24T02:30:00.5Z, ready again");
}

TEST_F(NodeRestartsTest, ANodeThatEndedInOrderWasNotKilled) {
  runner_.Expect(kStartedAt, Says("2026-11-24T02:00:00.5Z\n"))
      .Expect("docker kill *")
      .Expect(kExitCode, Says("0\n"))
      .Expect("docker start n")
      .Expect(kStartedAt, Says("2026-11-24T02:30:00.5Z\n"));
  transport_.Expect(kNodes, 200, NodeList("2026-11-24T02:30:09Z", "True"));
  EXPECT_THAT(KillNode(target_, deadline_), FailsWith(ErrorKind::kInconclusive, HasSubstr("it ended with 0")));
}

TEST_F(NodeRestartsTest, AKilledNodeIsStartedWhateverTheEngineSaysOfIt) {
  runner_.Expect(kStartedAt, Says("2026-11-24T02:00:00.5Z\n"))
      .Expect("docker kill *")
      .Expect(kExitCode, FakeCommandRunner::Failure(1, "no such object"))
      .Expect("docker start n");
  EXPECT_THAT(KillNode(target_, deadline_), FailsWith(ErrorKind::kCommandFailed, HasSubstr("inspect")));
}

constexpr const char* kPods = "GET /api/v1/namespaces/mail/pods?labelSelector=app";
std::string PodReady(const std::string& status, const std::string& since) {
  nlohmann::json pod = RunningPod("p", "1", "id");
  pod["status"]["conditions"][0] = {{"type", "Ready"}, {"status", status}, {"lastTransitionTime", since}};
  return KubeList({pod});
}
constexpr const char* kKubelet = "docker exec n pgrep --exact kubelet";

TEST_F(NodeRestartsTest, AnotherKubeletHasToReportAfterTheKill) {
  runner_.Expect(kKubelet, Says("106\n"))
      .Expect("docker exec n kill -KILL 106")
      .Expect("docker exec n date --utc *", Says("2026-11-24T02:30:00Z\n"))
      .Expect(kKubelet, Says("106\n"))
      .Expect(kKubelet, FakeCommandRunner::Failure(1, ""))
      .Expect(kKubelet, Says("1625\n"));
  transport_.Expect(kNodes, 200, NodeList("2026-11-24T02:29:59Z", "True"));
  transport_.Expect(std::string(kNodes) + "&watch=1*", 410, "{}");
  transport_.Expect(kNodes, 200, NodeList("2026-11-24T02:30:01Z", "True"));
  for (int i = 0; i < 5; ++i) transport_.Expect(kPods, 200, PodReady("True", "2026-11-24T02:20:00Z"));
  transport_.Expect(kPods, 200, PodReady("False", "2026-11-24T02:30:04Z"));
  transport_.Expect(kPods, 503, "{}");
  // A change that no look has seen begins the time anew, too.
  for (int i = 0; i < 9; ++i) transport_.Expect(kPods, 200, PodReady("True", "2026-11-24T02:30:05Z"));
  for (int i = 0; i < 11; ++i) transport_.Expect(kPods, 200, PodReady("True", "2026-11-24T02:30:12Z"));
  const auto receipt = RestartKubelet(target_, deadline_);
  ASSERT_THAT(receipt, Succeeds());
  EXPECT_EQ(receipt->Text(), "kubelet of node n killed, process 106 -> 1625, reported at 2026-11-24T02:30:01Z");
}

TEST_F(NodeRestartsTest, WithoutAnotherKubeletThereIsNoReceipt) {
  runner_.Expect(kKubelet, Says("106\n"))
      .Expect("docker exec n kill -KILL 106")
      .Expect("docker exec n date --utc *", Says("2026-11-24T02:30:00Z\n"));
  for (int i = 0; i < 3; ++i) runner_.Expect(kKubelet, FakeCommandRunner::Failure(1, ""));
  EXPECT_THAT(RestartKubelet(target_, Deadline::In(clock_, Duration(2000))),
              FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("no receipt"), HasSubstr("none runs"))));
}

}  // namespace
}  // namespace e2e
