// kube.apply and wait.verdict against a scripted API: the expected reason, another one, none, and recovery.
#include <fmt/format.h>

#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class ManifestStepsTest : public WorldFixture {
 protected:
  ManifestStepsTest() {
    world_.manifests = dir_.path();
    dir_.Write("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: mail}\nspec: {image: ${image}}\n");
    dir_.Write("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n");
  }
  void ExpectApplied(int status = 201, const std::string& body = "{}") {
    kube_.Expect("GET /api/v1", 200,
                 R"({"resources":[{"name":"pods","kind":"Pod","namespaced":true},
                                  {"name":"secrets","kind":"Secret","namespaced":true}]})");
    kube_.Expect("PATCH /api/v1/namespaces/e2e/*", status, body);
  }
  static json Mail(const std::string& waiting) {
    json pod = PodObject("u", "", 0);
    pod["metadata"]["name"] = "mail";
    if (waiting.empty()) return pod;
    pod["status"]["conditions"][0]["status"] = "False";
    pod["status"]["containerStatuses"][0]["state"]["waiting"] = {{"reason", waiting}, {"message", "because"}};
    return pod;
  }
  // As many looks as make the view complete.
  void ExpectLooks(const json& pod) {
    kube_.Expect("GET *pods", 200, ListOf({pod}));
    kube_.Expect("GET *events", 200, ListOf({}));
    kube_.Expect("GET *deployments", 200, ListOf({}));
    kube_.Expect("GET *pods", 200, ListOf({pod}));
    kube_.Expect("GET *persistentvolumeclaims", 200, ListOf({}));
  }
  void ExpectMoreLooks(const json& pod) {
    kube_.Expect("GET *pods", 200, ListOf({pod}));
    kube_.Expect("GET *events", 200, ListOf({}));
    kube_.Expect("GET *pods", 200, ListOf({pod}));
  }
};

TEST_F(ManifestStepsTest, APodThatIsReadyUntilItCrashesIsNotReady) {
  ExpectApplied();
  ExpectLooks(Mail(""));
  json again = Mail("");
  again["status"]["containerStatuses"][0]["containerID"] = "containerd://next";
  ExpectMoreLooks(again);
  kube_.Expect("GET *pods", 200, ListOf({again}));
  ASSERT_THAT(Run("wait.verdict: {manifest: pod.yaml}"), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), std::chrono::seconds(8)) << "three looks after the container was made anew";
}

TEST_F(ManifestStepsTest, TheExpectedReasonIsThePass) {
  ExpectApplied();
  ExpectLooks(Mail("ErrImageNeverPull"));
  const auto note = Run("wait.verdict: {manifest: pod.yaml, reason: ImageNotOnNode, says: [because]}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("ImageNotOnNode 4.0s after its manifest was applied: waiting is hopeless"));
  EXPECT_THAT(kube_.requests[1].body, HasSubstr("image: mail:1"));
}

TEST_F(ManifestStepsTest, AnotherReasonOrOtherWordsAreAFailure) {
  for (const char* step : {"wait.verdict: {manifest: pod.yaml, reason: CrashLoop}",
                           "wait.verdict: {manifest: pod.yaml, reason: ImageNotOnNode, says: [nonsense]}",
                           "wait.verdict: {manifest: pod.yaml}"}) {
    world_.applied.clear();
    ExpectApplied();
    ExpectLooks(Mail("ErrImageNeverPull"));
    const auto done = Run(step);
    ASSERT_THAT(done, FailsWith(ErrorKind::kExpectation, HasSubstr("ErrImageNeverPull: because"))) << step;
    EXPECT_EQ(done.error().reason(), "ImageNotOnNode");
  }
}

TEST_F(ManifestStepsTest, APodThatBecomesReadyPassesOnlyWhereThatIsExpected) {
  for (const bool expected : {true, false}) {
    world_.applied.clear();
    ExpectApplied();
    ExpectLooks(Mail(""));
    ExpectMoreLooks(Mail(""));
    const auto done = Run(fmt::format("wait.verdict: {{manifest: pod.yaml{}}}", expected ? "" : ", reason: CrashLoop"));
    if (expected) {
      EXPECT_THAT(done, Succeeds());
    } else {
      EXPECT_THAT(done, FailsWith(ErrorKind::kExpectation, HasSubstr("it became ready, although")));
    }
  }
}

TEST_F(ManifestStepsTest, ATimeoutIsNoVerdictOfAStateThatIsHopelessByItself) {
  ExpectApplied();
  for (int i = 0; i < 4; ++i) {
    if (i == 1) {
      kube_.Expect("GET *events", 500, "");
    } else {
      kube_.Expect("GET *", 200, ListOf(i == 0 ? std::vector{Mail("ErrImagePull")} : std::vector<json>{}));
    }
  }
  const auto done = Run("wait.verdict: {manifest: pod.yaml, reason: ImagePullFails, within: 3s}");
  EXPECT_THAT(done, FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("ought to end as hopeless with ImagePullFails"),
                                                             HasSubstr("not reached within"))));
}

TEST_F(ManifestStepsTest, WhatTheApiRefusesIsAVerdictToo) {
  ExpectApplied(422, R"({"message":"spec.containers: Required value"})");
  EXPECT_THAT(Run("wait.verdict: {manifest: pod.yaml, reason: ObjectRefused, says: [Required value]}"), Succeeds());
}

TEST_F(ManifestStepsTest, ApplyGoesBeforeAndNeedsAWorkload) {
  ExpectApplied();
  ASSERT_THAT(Run("kube.apply: {manifests: [pod.yaml]}"), Succeeds());
  clock_.Advance(std::chrono::seconds(30));
  ExpectLooks(Mail("ErrImageNeverPull"));
  const auto note = Run("wait.verdict: {manifest: pod.yaml, reason: ImageNotOnNode}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("ImageNotOnNode 34.0s after its manifest was applied"));
  EXPECT_THAT(Run("kube.apply: {manifests: [secret.yaml]}"),
              FailsWith(ErrorKind::kBadScenario, HasSubstr("neither a Deployment nor a Pod")));
  EXPECT_THAT(Run("kube.apply: {manifests: [none.yaml]}"),
              FailsWith(ErrorKind::kBadScenario, HasSubstr("can't be read")));
}

}  // namespace
}  // namespace e2e
