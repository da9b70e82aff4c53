#include "cluster/lease.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LeaseTest : public testing::Test {
 protected:
  static Lease OfAProcessThatIsGone(const std::string& cluster) {
    Lease lease = Lease::Own(cluster, "unix:///engine.sock", "/run/of/it");
    lease.pid_started = "1";  // a process with our id, but not this one
    return lease;
  }

  TempDir dir_;
  LeaseFolder folder_{dir_ / "leases"};
  FakeCommandRunner runner_;
  Tools tools_{.docker = "/usr/bin/docker", .kind = "/kind", .docker_host = "unix:///other.sock"};
  Deadline deadline_{TimePoint() + std::chrono::seconds(60)};
  std::vector<std::string> warnings_;
  std::function<void(const std::string&)> warn_ = [this](const std::string& line) { warnings_.push_back(line); };
};

TEST_F(LeaseTest, TheLeaseOfALivingProcessIsNotStale) {
  EXPECT_THAT(folder_.Take(Lease::Own("mine", "", "/run")), Succeeds());
  EXPECT_THAT(*folder_.FindStale(), IsEmpty());
  EXPECT_THAT(folder_.Drop("mine"), Succeeds());
  EXPECT_FALSE(std::filesystem::exists(dir_ / "leases/mine.json"));
}

TEST_F(LeaseTest, KnowsAnotherProcessOfTheSameIdAndAnotherBoot) {
  EXPECT_TRUE(Lease::Own("a", "", "/run").HolderAlive());
  EXPECT_FALSE(OfAProcessThatIsGone("a").HolderAlive());
  Lease earlier = Lease::Own("a", "", "/run");
  earlier.boot_id = "another";
  EXPECT_FALSE(earlier.HolderAlive());
}

TEST_F(LeaseTest, RefusesTheNameOfAnotherLivingRun) {
  Lease other = Lease::Own("x", "", "/run");
  other.pid = getppid();
  std::string stat = TempDir::Read("/proc/" + std::to_string(getppid()) + "/stat");
  stat = stat.substr(stat.rfind(')') + 2);
  for (int i = 3; i < 22; ++i) stat = stat.substr(stat.find(' ') + 1);
  other.pid_started = stat.substr(0, stat.find(' '));
  ASSERT_TRUE(other.HolderAlive());
  EXPECT_THAT(folder_.Take(other), Succeeds());
  EXPECT_THAT(folder_.Take(Lease::Own("x", "", "/run")),
              FailsWith(ErrorKind::kInfra, HasSubstr("process " + std::to_string(getppid()))));
}

TEST_F(LeaseTest, ReapsInTheEngineOfTheLeaseAndWarns) {
  ASSERT_THAT(folder_.Take(OfAProcessThatIsGone("left")), Succeeds());
  ASSERT_THAT(folder_.Take(Lease::Own("mine", "", "/run")), Succeeds());
  runner_.Expect("/kind delete cluster --name left --kubeconfig */leases/left.kubeconfig");
  runner_.Expect("/usr/bin/docker network rm left", FakeCommandRunner::Failure(1, "no such network"));
  const auto reaped = folder_.Reap(runner_, tools_, warn_, deadline_);
  ASSERT_THAT(reaped, Succeeds());
  EXPECT_THAT(*reaped, ElementsAre("left"));
  EXPECT_EQ(runner_.ran[0].env.at("DOCKER_HOST"), "unix:///engine.sock");
  EXPECT_THAT(warnings_, ElementsAre(AllOf(HasSubstr("left"), HasSubstr("gone"))));
  EXPECT_THAT(*folder_.FindStale(), IsEmpty());
  EXPECT_TRUE(std::filesystem::exists(dir_ / "leases/mine.json"));
}

TEST_F(LeaseTest, AClusterThatCannotBeDeletedKeepsItsLease) {
  ASSERT_THAT(folder_.Take(OfAProcessThatIsGone("left")), Succeeds());
  runner_.Expect("*", FakeCommandRunner::Failure(1, "no engine"));
  EXPECT_THAT(*folder_.Reap(runner_, tools_, warn_, deadline_), IsEmpty());
  EXPECT_THAT(warnings_, ElementsAre(testing::_, HasSubstr("no engine")));
  EXPECT_TRUE(std::filesystem::exists(dir_ / "leases/left.json"));
}

TEST_F(LeaseTest, AClusterKeptOnPurposeIsReapedOnlyWhenAskedFor) {
  Lease kept = OfAProcessThatIsGone("kept");
  kept.kept = true;
  ASSERT_THAT(folder_.Take(kept), Succeeds());
  EXPECT_THAT(*folder_.FindStale(), IsEmpty());
  EXPECT_EQ(folder_.FindStale(true)->size(), 1u);
}

TEST_F(LeaseTest, LeavesAloneWhatIsNoLease) {
  dir_.Write("leases/broken.json", "{");
  dir_.Write("leases/other.json", "{\"a\": [1]}");
  dir_.Write("leases/readme.txt", "hello");
  EXPECT_THAT(*folder_.FindStale(), IsEmpty());
}

}  // namespace
}  // namespace e2e
