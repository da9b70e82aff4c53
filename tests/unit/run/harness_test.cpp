#include "run/harness.h"

#include "unit/run/harness_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class HarnessTest : public HarnessFixture {
 protected:
  HarnessTest() { ApiServer({}); }
  Harness harness_{context_, log_};
  const std::string name_ = "stalwart-e2e-" + info_.run_id;
};

TEST_F(HarnessTest, BringsUpAClusterOfItsOwnAndLoadsTheImages) {
  ASSERT_THAT(harness_.BringUp(), Succeeds());
  EXPECT_EQ(harness_.cluster().name(), name_);
  EXPECT_EQ(harness_.cluster().lanes().size(), 1u);
  EXPECT_EQ(harness_.access().kubeconfig.server.address, "127.0.0.1");
  EXPECT_EQ(runner_.Count("kind load docker-image registry.example.net:5000/mail:7 fake:2 --name " + name_), 1);
  EXPECT_TRUE(LeaseLeft()) << "a killed run is found by its lease";
  ASSERT_THAT(harness_.TearDown(false), Succeeds());
  EXPECT_EQ(runner_.Count("kind delete cluster --name " + name_ + " *"), 1);
  EXPECT_FALSE(LeaseLeft());
}

TEST_F(HarnessTest, AfterAFailureNothingIsLeft) {
  for (const char* step : {"kind create*", "kind load*"}) {
    runner_.ran.clear();
    runner_.failing = step;
    EXPECT_THAT(harness_.BringUp(), FailsWith(ErrorKind::kInfra, AllOf(HasSubstr("while bringing up the cluster"),
                                                                       HasSubstr("it is broken"))));
    EXPECT_EQ(runner_.Count("kind delete cluster --name " + name_ + " *"), 1) << step;
    EXPECT_FALSE(LeaseLeft()) << step;
    EXPECT_THAT(harness_.TearDown(true), Succeeds());
    EXPECT_EQ(runner_.Count("kind delete *"), 1) << "once is enough";
  }
}

TEST_F(HarnessTest, AKubeconfigThatSaysNothingIsAnInfraError) {
  runner_.kubeconfig = "clusters: []\n";
  EXPECT_THAT(harness_.BringUp(), FailsWith(ErrorKind::kInfra, HasSubstr("reading the kubeconfig")));
  EXPECT_EQ(runner_.Count("kind delete cluster *"), 1);
}

TEST_F(HarnessTest, TearDownOfNothingIsHarmless) {
  EXPECT_THAT(harness_.TearDown(true), Succeeds());
  EXPECT_TRUE(runner_.ran.empty());
}

TEST_F(HarnessTest, KeepsTheClusterAndTellsHowToReachAndDeleteIt) {
  options_.keep = Keep::kFailed;
  ASSERT_THAT(harness_.BringUp(), Succeeds());
  ASSERT_THAT(harness_.TearDown(true), Succeeds());
  EXPECT_EQ(runner_.Count("kind delete *"), 0);
  EXPECT_THAT(log_.text, AllOf(HasSubstr("export KUBECONFIG="), HasSubstr("kind delete cluster --name " + name_)));
  EXPECT_TRUE(LeaseLeft());
}

TEST_F(HarnessTest, KeepFailedDeletesWhatPassed) {
  options_.keep = Keep::kFailed;
  ASSERT_THAT(harness_.BringUp(), Succeeds());
  ASSERT_THAT(harness_.TearDown(false), Succeeds());
  EXPECT_EQ(runner_.Count("kind delete *"), 1);
  EXPECT_THAT(log_.text, Not(HasSubstr("kept:")));
}

TEST_F(HarnessTest, ADeletionThatFailsIsTold) {
  ASSERT_THAT(harness_.BringUp(), Succeeds());
  runner_.failing = "kind delete*";
  EXPECT_THAT(harness_.TearDown(false), FailsWith(ErrorKind::kInfra, HasSubstr("could not be deleted")));
  EXPECT_TRUE(LeaseLeft()) << "the next run tries again";
}

constexpr const char* kReadyNode = R"({"items": [{"status": {"conditions": [{"type": "Ready", "status": "True"}]}}]})";
constexpr const char* kNoNamespaces = R"({"items": [{"metadata": {"name": "default"}}]})";
constexpr const char* kNoVolumes = R"({"items": []})";

TEST_F(HarnessTest, UsesTheClusterThatARunBeforeKept) {
  options_.reuse = true;
  ASSERT_THAT(harness_.BringUp(), Succeeds());
  ASSERT_THAT(harness_.TearDown(true), Succeeds());
  EXPECT_THAT(log_.text, HasSubstr("kept: cluster " + name_)) << "for the run after this one";
  ApiServer({kReadyNode, kNoNamespaces, kNoVolumes});
  dir_.Write("run/cluster/kubeconfig", runner_.kubeconfig);
  info_.run_id += "-2";
  Harness second(context_, log_);
  ASSERT_THAT(second.BringUp(), Succeeds());
  EXPECT_EQ(second.cluster().name(), name_);
  EXPECT_EQ(runner_.Count("kind create *"), 1);
  EXPECT_EQ(runner_.Count("kind load docker-image *"), 2) << "an image may have changed";
  ASSERT_THAT(second.TearDown(false), Succeeds());
  EXPECT_EQ(runner_.Count("kind delete *"), 0);
}

TEST_F(HarnessTest, MakesANewClusterWhenTheKeptOneDoesNotWork) {
  options_.reuse = true;
  ASSERT_THAT(harness_.BringUp(), Succeeds());
  ASSERT_THAT(harness_.TearDown(false), Succeeds());
  info_.run_id += "-2";
  api_.reset();
  Harness second(context_, log_);
  ASSERT_THAT(second.BringUp(), Succeeds());
  EXPECT_EQ(second.cluster().name(), name_ + "-2");
  EXPECT_THAT(log_.text, AllOf(HasSubstr("warning: kept cluster " + name_ + " is not used: "),
                               HasSubstr("kind delete cluster --name " + name_)));
}

}  // namespace
}  // namespace e2e
