// What belongs to a workload, and what keeping a namespace in view costs.
#include "cluster/snapshot.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "base/wait.h"
#include "support/fake_clock.h"
#include "support/fake_kube_transport.h"
#include "support/kube_objects.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::ElementsAre;

Pod Owned(const std::string& name, const std::string& owner, std::vector<std::string> claims = {}) {
  Pod pod;
  pod.name = name;
  pod.owner = owner;
  pod.claims = std::move(claims);
  return pod;
}
Event On(const std::string& kind, const std::string& name) {
  return {.reason = name, .kind = kind, .name = name};
}
std::vector<std::string> Names(const std::vector<Pod>& pods) {
  std::vector<std::string> names;
  for (const Pod& pod : pods) names.push_back(pod.name);
  return names;
}

TEST(OfWorkload, TakesADeploymentsOwnOnly) {
  Snapshot all;
  all.deployments = {{.name = "mail"}, {.name = "mail-test"}};
  all.pods = {Owned("a", "ReplicaSet mail-5d4f", {"data"}), Owned("b", "ReplicaSet mail-test-77aa"), Owned("mail", "")};
  all.claims = {{"data", "", "", "Bound", "x"}, {"other", "", "", "Pending", "x"}};
  all.events = {On("Pod", "a"),
                On("Pod", "b"),
                On("ReplicaSet", "mail-5d4f"),
                On("ReplicaSet", "mail-test-77aa"),
                On("PersistentVolumeClaim", "data"),
                On("Deployment", "mail")};
  const Snapshot mail = OfWorkload(all, "Deployment", "mail");
  ASSERT_EQ(mail.deployments.size(), 1u);
  EXPECT_THAT(Names(mail.pods), ElementsAre("a"));
  ASSERT_EQ(mail.claims.size(), 1u);
  EXPECT_EQ(mail.claims[0].name, "data");
  EXPECT_EQ(mail.events.size(), 4u);
  EXPECT_THAT(Names(OfWorkload(all, "Pod", "mail").pods), ElementsAre("mail"));
}

// A minute of waiting with a look a second.
TEST(NamespaceView, AsksOnceALook) {
  FakeClock clock;
  FakeKubeTransport transport;
  for (int i = 0; i < 61; ++i) transport.Expect("GET *", 200, KubeList({}));
  KubeApi api(transport, clock);
  NamespaceView view(api, "mail");
  const auto look = [&]() -> Outcome<Probe> {
    E2E_CHECK(view.Look(Deadline::In(clock, Duration(5'000))), "looking");
    return Probe::Pending("no");
  };
  EXPECT_THAT(WaitUntil(clock, "it", Deadline::In(clock, std::chrono::seconds(60)), {}, look),
              FailsWith(ErrorKind::kTimeout, testing::_));
  EXPECT_EQ(transport.requests.size(), 61u);
}

TEST(NamespaceView, KeepsWhatItKnowsWhileTheApiIsAway) {
  FakeClock clock;
  FakeKubeTransport transport;
  transport.Expect("GET */pods", 200, KubeList({RunningPod("p", "u", "c")}));
  transport.Expect("GET */events", Error(ErrorKind::kTransport, "connection refused"));
  transport.Expect("GET */events", 200, KubeList({}));
  transport.Expect("GET */deployments", 200, KubeList({}));
  transport.Expect("GET */pods", 500, "");
  transport.Expect("GET */pods", 200, R"({"kind":"Status"})");
  transport.Expect("GET */pods", 200, KubeList({RunningPod("p", "u", "c")}));
  transport.Expect("GET */persistentvolumeclaims", 200, KubeList({}));
  KubeApi api(transport, clock);
  NamespaceView view(api, "mail");
  int failures = 0;
  for (int i = 0; i < 8; ++i) {
    EXPECT_FALSE(view.Complete());
    if (!view.Look(Deadline::In(clock, Duration(5'000)))) ++failures;
    EXPECT_EQ(view.snapshot().pods.size(), 1u);
  }
  EXPECT_TRUE(view.Complete());
  EXPECT_EQ(failures, 3);
}

}  // namespace
}  // namespace e2e
