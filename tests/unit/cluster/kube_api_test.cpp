#include "cluster/kube_api.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/fake_kube_transport.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class KubeApiTest : public testing::Test {
 protected:
  FakeClock clock_;
  FakeKubeTransport transport_;
  KubeApi api_{transport_, clock_};
  Deadline soon_ = Deadline::In(clock_, std::chrono::seconds(10));
};

TEST(KubePath, NamesGroupsNamespacesAndObjects) {
  EXPECT_EQ(CorePath("mail", "pods"), "/api/v1/namespaces/mail/pods");
  EXPECT_EQ(CorePath("mail", "pods", "a"), "/api/v1/namespaces/mail/pods/a");
  EXPECT_EQ(CorePath("", "nodes"), "/api/v1/nodes");
  EXPECT_EQ(GroupPath("apps/v1", "mail", "deployments", "d"), "/apis/apps/v1/namespaces/mail/deployments/d");
}

TEST_F(KubeApiTest, ListsWithEncodedSelectorsAndGivesItemsTheirKind) {
  transport_.Expect("GET /api/v1/pods?labelSelector=a%3Db%2Cc&fieldSelector=x%3Dy", 200,
                    R"({"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"p"}}]})");
  const auto pods = api_.List({.path = "/api/v1/pods", .label_selector = "a=b,c", .field_selector = "x=y"}, soon_);
  ASSERT_THAT(pods, Succeeds());
  ASSERT_EQ(pods->size(), 1u);
  EXPECT_EQ((*pods)[0]["kind"], "Pod");
  EXPECT_EQ((*pods)[0]["apiVersion"], "v1");
}

TEST_F(KubeApiTest, FindTellsAbsentFromRefused) {
  transport_.Expect("GET /a", 404, R"({"message":"not found"})");
  transport_.Expect("GET /b", 200, R"({"kind":"Pod"})");
  transport_.Expect("GET /c", 403, R"({"message":"forbidden"})");
  EXPECT_FALSE(api_.Find("/a", soon_)->has_value());
  EXPECT_TRUE(api_.Find("/b", soon_)->has_value());
  EXPECT_THAT(api_.Find("/c", soon_), FailsWith(ErrorKind::kInfra, HasSubstr("forbidden")));
}

TEST_F(KubeApiTest, ARefusalCarriesTheServersWords) {
  transport_.Expect("PATCH /d", 422, R"({"kind":"Status","message":"replicas: must not be negative"})");
  transport_.Expect("GET /d", Error(ErrorKind::kTransport, "connection refused"));
  EXPECT_THAT(api_.Patch("/d", PatchType::kMerge, {{"spec", {{"replicas", -1}}}}, soon_),
              FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("422"), HasSubstr("must not be negative"))));
  EXPECT_THAT(api_.Get("/d", soon_), FailsWith(ErrorKind::kTransport, HasSubstr("GET /d")));
  EXPECT_EQ(transport_.requests[0].content_type, "application/merge-patch+json");
  EXPECT_EQ(json::parse(transport_.requests[0].body)["spec"]["replicas"], -1);
}

TEST_F(KubeApiTest, AppliesADocumentAsADryRun) {
  transport_.Expect("PATCH /d?dryRun=All&fieldManager=stalwart-e2e", 200, "{}");
  EXPECT_THAT(api_.ApplyDryRun("/d", "kind: Pod\n", soon_), Succeeds());
  EXPECT_EQ(transport_.requests[0].content_type, "application/apply-patch+yaml");
  EXPECT_EQ(transport_.requests[0].body, "kind: Pod\n");
}

TEST_F(KubeApiTest, DeletesOneObjectOfAUid) {
  transport_.Expect("DELETE /p", 200, "{}");
  transport_.Expect("DELETE /p", 404, "{}");
  EXPECT_THAT(api_.Delete("/p", {.grace = 0, .uid = "u"}, soon_), Succeeds());
  EXPECT_THAT(api_.Delete("/p", {}, soon_), Succeeds());
  const json body = json::parse(transport_.requests[0].body);
  EXPECT_EQ(body["gracePeriodSeconds"], 0);
  EXPECT_EQ(body["preconditions"]["uid"], "u");
  EXPECT_FALSE(json::parse(transport_.requests[1].body).contains("gracePeriodSeconds"));
}

TEST_F(KubeApiTest, ReadsLogs) {
  transport_.Expect("GET /api/v1/namespaces/n/pods/p/log?container=c&previous=true&tailLines=5", 200, "line\n");
  const auto log = api_.Logs({.ns = "n", .pod = "p", .container = "c", .previous = true, .tail = 5}, soon_);
  ASSERT_THAT(log, Succeeds());
  EXPECT_EQ(*log, "line\n");
}

}  // namespace
}  // namespace e2e
