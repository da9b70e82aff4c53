// chart.dry-run: what helm renders, held against a scripted Kubernetes API.
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ChartStepsTest : public WorldFixture {
 protected:
  ChartStepsTest() {
    dir_.Write("chart/Chart.yaml", "name: stalwart\n");
    world_.chart = dir_ / "chart";
  }
  void ExpectRender(const std::string& values, const std::string& yaml) {
    runner_.Expect("helm template dry-run " + world_.chart.string() + " *" + values + "*--namespace e2e",
                   FakeCommandRunner::Success(yaml));
  }
  void ExpectDiscovery() {
    kube_.Expect("GET /apis/apps/v1", 200,
                 R"({"resources": [{"name": "deployments/scale", "kind": "Deployment", "namespaced": true},
                                   {"name": "deployments", "kind": "Deployment", "namespaced": true}]})");
  }
  static constexpr const char* kDeployment =
      "---\n# Source: x\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\n";
  static constexpr const char* kApply =
      "PATCH /apis/apps/v1/namespaces/e2e/deployments/d?dryRun=All&fieldManager=stalwart-e2e";
};

TEST_F(ChartStepsTest, EveryObjectOfTheDefaultsAndOfEveryCaseIsSentAsItStands) {
  dir_.Write("chart/ci/b-values.yaml", "");
  dir_.Write("chart/ci/a-values.yaml", "");
  dir_.Write("chart/ci/notes.md", "");
  ExpectRender("", kDeployment);
  ExpectDiscovery();
  kube_.Expect(kApply, 200, "{}");
  ExpectRender("a-values.yaml", std::string(kDeployment) +
                                    "---\n# nothing\n---\napiVersion: m/v1\nkind: Monitor\nmetadata: {name: m}\n");
  kube_.Expect(kApply, 200, "{}");
  kube_.Expect("GET /apis/m/v1", 404, "{}");
  ExpectRender("b-values.yaml", "");
  const auto note = Run("chart.dry-run: {}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "2 objects of the defaults and 2 cases accepted; 1 not tried, as this cluster serves no Monitor");
  EXPECT_EQ(kube_.requests[1].content_type, "application/apply-patch+yaml");
  EXPECT_EQ(kube_.requests[1].body, "# Source: x\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\n");
}

TEST_F(ChartStepsTest, ARefusalNamesCaseAndObject) {
  dir_.Write("chart/ci/a-values.yaml", "");
  ExpectRender("", "");
  ExpectRender("a-values.yaml", kDeployment);
  ExpectDiscovery();
  kube_.Expect(kApply, 422, R"({"message": "spec.replicas: must not be negative"})");
  EXPECT_THAT(Run("chart.dry-run: {}"),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("must not be negative"), HasSubstr("case a-values.yaml: Deployment d"))));
}

TEST_F(ChartStepsTest, WhatHelmRefusesIsARefusalToo) {
  dir_.Write("chart/ci/a-values.yaml", "");
  runner_.Expect("helm template *", FakeCommandRunner::Failure(1, "Error: values don't meet the schema"));
  EXPECT_THAT(Run("chart.dry-run: {}"),
              FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("don't meet"), HasSubstr("case defaults"))));
}

TEST_F(ChartStepsTest, WithoutACaseNothingIsProved) {
  EXPECT_THAT(Run("chart.dry-run: {cases: none}"), FailsWith(ErrorKind::kInconclusive, HasSubstr("no case")));
}

}  // namespace
}  // namespace e2e
