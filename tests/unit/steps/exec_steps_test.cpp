// exec and kube.scale.
#include "support/kube_objects.h"
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using testing::HasSubstr;

class ExecStepsTest : public WorldFixture {
 protected:
  Outcome<std::string> Exec(const std::string& fields, CommandResult result) {
    nlohmann::json pod = RunningPod("pod", "1", "server-id");
    pod["status"]["containerStatuses"].push_back({{"name", "sidecar"},
                                                  {"containerID", "containerd://sidecar-id"},
                                                  {"state", {{"running", {{"startedAt", "2026-11-24T02:30:05Z"}}}}}});
    kube_.Expect(kPods, 200, ListOf({pod}));
    runner_.Expect("docker exec node ctr --namespace k8s.io tasks exec --exec-id e2e-* " + ran_, std::move(result));
    return Run("exec: {" + fields + "}");
  }
  std::string ran_ = "server-id id -u";
};

TEST_F(ExecStepsTest, RunsInTheServersContainer) {
  EXPECT_THAT(Exec("argv: [id, -u], says: ['0']", FakeCommandRunner::Success("0\n")), Succeeds());
}

TEST_F(ExecStepsTest, RunsInAnotherContainer) {
  ran_ = "sidecar-id true";
  EXPECT_THAT(Exec("container: sidecar, argv: ['true']", FakeCommandRunner::Success("")), Succeeds());
}

TEST_F(ExecStepsTest, StatusAndWordsMustBeThose) {
  EXPECT_THAT(Exec("argv: [id, -u]", FakeCommandRunner::Failure(3, "no")),
              FailsWith(ErrorKind::kExpectation, HasSubstr("id in the container exited with 3 instead of 0")));
  EXPECT_THAT(Exec("argv: [id, -u], exit: 3, says: ['no']", FakeCommandRunner::Failure(3, "no")), Succeeds());
  EXPECT_THAT(Exec("argv: [id, -u], says: ['1000']", FakeCommandRunner::Success("0\n")),
              FailsWith(ErrorKind::kExpectation, HasSubstr("the output of id lacks \"1000\"")));
}

TEST_F(ExecStepsTest, AProgramThatHangsIsATimeout) {
  EXPECT_THAT(Exec("argv: [id, -u]", CommandResult{TimedOut{}, "", "", Duration(1)}),
              FailsWith(ErrorKind::kTimeout, HasSubstr("ended at its deadline")));
}

TEST_F(ExecStepsTest, WithoutTheContainerNothingIsProved) {
  kube_.Expect(kPods, 200, ListOf({RunningPod("pod", "1", "server-id")}));
  EXPECT_THAT(Run("exec: {container: other, argv: [id]}"),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("no running container \"other\"")));
}

TEST_F(ExecStepsTest, ScaleWaitsForThatManyPods) {
  kube_.Expect("GET */deployments/stalwart", 200, R"({"metadata":{"name":"stalwart"},"spec":{"replicas":1}})");
  kube_.Expect("PATCH */deployments/stalwart", 200, R"({"spec":{"replicas":0}})");
  kube_.Expect(kPods, 200, ListOf({}));
  const auto note = Run("kube.scale: {replicas: 0}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "receipt: deployment stalwart scaled from 1 to 0");
  EXPECT_EQ(world_.receipts.at(0).text, "deployment stalwart scaled from 1 to 0");
}

}  // namespace
}  // namespace e2e
