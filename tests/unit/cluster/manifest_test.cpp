// Manifests: reading, applying, and what a refusal is called.
#include "cluster/manifest.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "support/fake_clock.h"
#include "support/fake_kube_transport.h"
#include "support/outcome_matchers.h"
#include "support/source_dir.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::HasSubstr;

constexpr const char* kTwo = R"(# both
apiVersion: v1
kind: Secret
metadata: {name: s}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
)";
constexpr const char* kCore = R"({"resources":[{"name":"secrets","kind":"Secret","namespaced":true}]})";
constexpr const char* kApps = R"({"resources":[{"name":"deployments","kind":"Deployment","namespaced":true}]})";

class ManifestTest : public testing::Test {
 protected:
  Status Apply(const std::string& text) {
    E2E_TRY(const auto objects, ParseManifest(text, "m.yaml"), "reading");
    return ApplyManifest(api_, objects, "mail", Deadline::In(clock_, std::chrono::seconds(10)));
  }

  FakeClock clock_;
  FakeKubeTransport transport_;
  KubeApi api_{transport_, clock_};
};

TEST_F(ManifestTest, AppliesEachObjectWhereItsKindLives) {
  transport_.Expect("GET /api/v1", 200, kCore);
  transport_.Expect("PATCH /api/v1/namespaces/mail/secrets/s?fieldManager=*&force=true", 201, "{}");
  transport_.Expect("GET /apis/apps/v1", 200, kApps);
  transport_.Expect("PATCH /apis/apps/v1/namespaces/mail/deployments/d?*", 200, "{}");
  EXPECT_THAT(Apply(kTwo), Succeeds());
  EXPECT_THAT(transport_.requests[1].body, HasSubstr("kind: Secret"));
  EXPECT_EQ(transport_.requests[1].content_type, "application/apply-patch+yaml");
}

TEST_F(ManifestTest, ARefusalHasItsReason) {
  const std::string deployment = std::string(kTwo).substr(std::string(kTwo).find("---") + 4);
  const std::pair<int, std::pair<const char*, const char*>> table[] = {
      {422, {R"({"message":"`selector` does not match template `labels`"})", "InvalidSelector"}},
      {400, {R"({"message":"unknown field spec.replcas"})", "ObjectRefused"}},
      {403, {R"({"message":"forbidden: violates PodSecurity \"restricted\""})", "PodSecurityForbidden"}},
      {500, {R"({"message":"etcdserver: request timed out"})", ""}}};
  for (const auto& [status, answer] : table) {
    transport_.Expect("GET /apis/apps/v1", 200, kApps);
    transport_.Expect("PATCH *", status, answer.first);
    const Status applied = Apply(deployment);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().reason(), answer.second) << status;
  }
}

TEST_F(ManifestTest, WhatIsNoObjectIsToldBeforeAnythingIsApplied) {
  EXPECT_THAT(Apply("kind: Pod\nmetadata: {name: p}\n"), FailsWith(ErrorKind::kBadScenario, HasSubstr("m.yaml: ")));
  EXPECT_THAT(Apply("# nothing\n"), FailsWith(ErrorKind::kBadScenario, HasSubstr("m.yaml holds no object")));
  EXPECT_THAT(Apply("a: [\n"), FailsWith(ErrorKind::kBadScenario, HasSubstr("m.yaml")));
}

TEST(Manifests, OfTheRepositoryAllParse) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SourceDir() / "scenarios/manifests")) {
    if (entry.is_directory()) continue;
    EXPECT_THAT(ParseManifest(TempDir::Read(entry.path()), entry.path().string()), Succeeds());
    ++files;
  }
  EXPECT_GE(files, 20);
}

}  // namespace
}  // namespace e2e
