#include "cluster/api_kinds.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"
#include "support/fake_kube_transport.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::Eq;
using testing::HasSubstr;
using testing::Optional;

class ApiKindsTest : public testing::Test {
 protected:
  std::optional<std::string> PathOf(const ObjectName& object) {
    const auto path = kinds_.PathOf(object, "mail", Deadline::In(clock_, Duration(10'000)));
    if (!path) ADD_FAILURE() << path.error().Render();
    return path ? *path : std::nullopt;
  }
  void ExpectCore() {
    transport_.Expect("GET /api/v1", 200,
                      R"({"resources": [{"name": "nodes", "kind": "Node", "namespaced": false},
                                        {"name": "services/status", "kind": "Service", "namespaced": true},
                                        {"name": "services", "kind": "Service", "namespaced": true}]})");
  }
  FakeClock clock_;
  FakeKubeTransport transport_;
  KubeApi api_{transport_, clock_};
  ApiKinds kinds_{api_};
};

TEST_F(ApiKindsTest, AsksEachGroupOnce) {
  ExpectCore();
  EXPECT_THAT(PathOf({"v1", "Service", "", "s"}), Optional(Eq("/api/v1/namespaces/mail/services/s")));
  EXPECT_THAT(PathOf({"v1", "Service", "other", "s"}), Optional(Eq("/api/v1/namespaces/other/services/s")));
  EXPECT_THAT(PathOf({"v1", "Node", "", "n"}), Optional(Eq("/api/v1/nodes/n")));
  EXPECT_EQ(PathOf({"v1", "Pot", "", "p"}), std::nullopt);
}

TEST_F(ApiKindsTest, AGroupThatIsNotServedHasNoKinds) {
  transport_.Expect("GET /apis/monitoring.coreos.com/v1", 404, "404 page not found");
  EXPECT_EQ(PathOf({"monitoring.coreos.com/v1", "ServiceMonitor", "", "m"}), std::nullopt);
  EXPECT_EQ(PathOf({"monitoring.coreos.com/v1", "PrometheusRule", "", "m"}), std::nullopt);
}

TEST_F(ApiKindsTest, AnApiThatDoesNotAnswerIsAnError) {
  transport_.Expect("GET /apis/apps/v1", 503, R"({"message": "starting"})");
  EXPECT_THAT(kinds_.PathOf({"apps/v1", "Deployment", "", "d"}, "mail", Deadline::In(clock_, Duration(10'000))),
              FailsWith(ErrorKind::kInfra, HasSubstr("starting")));
}

}  // namespace
}  // namespace e2e
