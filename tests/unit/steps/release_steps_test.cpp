// release.remember and release.same, and which chart a scenario means, against a scripted Kubernetes API.
#include "steps/charts.h"
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ReleaseStepsTest : public WorldFixture {
 protected:
  struct Seen {
    std::string claim = "claim-1";
    std::string address = "10.96.0.7";
    int smtp = 30101;
    std::string password = "c2VjcmV0LTE=";
  };
  void Expect(const Seen& seen) {
    ExpectBaseline(seen.claim, "pvc-1", {PodObject("pod-1", "c", 0)});
    const json service = {
        {"spec",
         {{"clusterIP", seen.address}, {"ports", {{{"name", "smtp"}, {"port", 25}, {"nodePort", seen.smtp}}}}}}};
    kube_.Expect("GET /api/v1/namespaces/e2e/services/stalwart", 200, service.dump());
    kube_.Expect("GET /api/v1/namespaces/e2e/secrets/stalwart-admin", seen.password.empty() ? 404 : 200,
                 json{{"data", {{"admin-password", seen.password}}}}.dump());
  }
  Outcome<std::string> SameAfter(const Seen& now) {
    Expect({});
    EXPECT_THAT(Run("release.remember: {save: before}"), Succeeds());
    Expect(now);
    return Run("release.same: {as: before}");
  }
};

TEST_F(ReleaseStepsTest, WhatUsersHoldOnToIsTheSame) {
  const auto note = SameAfter({});
  ASSERT_THAT(note, Succeeds());
  for (const char* fact : {"claim", "volume", "cluster address", "node port of smtp", "administrator's password"})
    EXPECT_THAT(*note, HasSubstr(fact));
}

TEST_F(ReleaseStepsTest, EachOfThemIsNamedWhenItIsAnother) {
  EXPECT_THAT(SameAfter({.claim = "claim-2"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("claim: claim-1 is now claim-2")));
  EXPECT_THAT(SameAfter({.address = "10.96.0.8"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("cluster address: 10.96.0.7 is now 10.96.0.8")));
  EXPECT_THAT(SameAfter({.smtp = 30999}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("node port of smtp: 30101 is now 30999")));
}

TEST_F(ReleaseStepsTest, ThePasswordIsComparedAndNeverShown) {
  EXPECT_THAT(SameAfter({.password = "c2VjcmV0LTI="}),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("password: (a secret) is now another one"), Not(HasSubstr("c2VjcmV0")))));
  EXPECT_THAT(SameAfter({.password = ""}), FailsWith(ErrorKind::kExpectation, HasSubstr("is now (none)")));
}

TEST_F(ReleaseStepsTest, WhatWasNotThereMayCome) {
  Expect({.password = ""});
  ASSERT_THAT(Run("release.remember: {save: before}"), Succeeds());
  Expect({});
  EXPECT_THAT(Run("release.same: {as: before}"), Succeeds());
}

class ChartsTest : public WorldFixture {
 protected:
  std::string Chart(const std::string& name, const std::string& values) {
    dir_.Write(name + "/values.yaml", values);
    return dir_.Write(name + "/Chart.yaml", "name: stalwart\n").parent_path().string();
  }
};

TEST_F(ChartsTest, TheLastReleasesGoByTheirWords) {
  world_.released = {Chart("0.1.0", "image: {}\n"), Chart("0.3.0", "admin: {}\n")};
  const auto last = FindChart(world_, kReleased), before = FindChart(world_, kReleasedBefore);
  ASSERT_THAT(last, Succeeds());
  ASSERT_THAT(before, Succeeds());
  EXPECT_EQ(last->path, world_.released[1]);
  EXPECT_FALSE(last->foreign);
  EXPECT_EQ(before->path, world_.released[0]);
  EXPECT_TRUE(before->foreign) << "it has no value for the administrator";
}

TEST_F(ChartsTest, ARunWithoutSuchAReleaseDecidesNothing) {
  EXPECT_THAT(FindChart(world_, kReleased), FailsWith(ErrorKind::kInconclusive, HasSubstr("knows 0 released charts")));
  world_.released = {Chart("0.3.0", "admin: {}\n")};
  EXPECT_THAT(FindChart(world_, kReleasedBefore), FailsWith(ErrorKind::kInconclusive, HasSubstr("qualify --from")));
}

TEST_F(ReleaseStepsTest, AnUpgradeOfEachKindHasItsOwnFlag) {
  const auto success = FakeCommandRunner::Success(R"({"version": 2, "info": {"status": "deployed"}})");
  runner_.Expect("helm upgrade --reset-then-reuse-values stalwart chart --output json --namespace e2e", success);
  EXPECT_THAT(Run("helm.upgrade: {former: reset-then-reuse}"), Succeeds());
  EXPECT_THAT(Run("helm.upgrade: {former: yes}"), FailsWith(ErrorKind::kBadScenario, HasSubstr("reset, reuse")));
}

}  // namespace
}  // namespace e2e
