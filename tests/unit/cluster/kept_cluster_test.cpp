// A cluster that is kept by one run and used again by another.
#include <gmock/gmock.h>
#include <unistd.h>

#include "cluster/kind_cluster.h"
#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class KeptClusterTest : public testing::Test {
 protected:
  KeptClusterTest() {
    options_.name = "e2e-1";
    options_.node_image = "node:v1";
    options_.base_config = dir_.Write("cluster.yaml", "kind: Cluster\nnodes: [{role: control-plane}]\n");
    options_.run_dir = dir_ / "run";
    options_.lease_dir = dir_ / "leases";
    options_.lanes = PortMap::Allocate(2).value();
    options_.tools = {.docker = "docker", .kind = "kind", .docker_host = "unix:///engine.sock"};
    runner_.Expect("kind get clusters");
    runner_.Expect("kind create cluster *").Doing([this](const Command&) { dir_.Write("run/kubeconfig", "x"); });
    auto cluster = KindCluster::Create(options_, runner_, clock_, {}, Deadline::In(clock_, Duration(1'000'000)));
    EXPECT_THAT(cluster, Succeeds());
    EXPECT_THAT(cluster->Release(), Succeeds());
    const auto kept = leases_.FindKept();
    EXPECT_THAT(*kept, SizeIs(1));
    lease_ = kept->front();
  }
  Outcome<KindCluster> Adopt(int lanes = 2) {
    KindClusterOptions options = options_;
    options.name = "e2e-2";
    options.run_dir = dir_ / "other";
    options.lanes.clear();
    return KindCluster::Adopt(lease_, options, lanes, runner_, clock_, {});
  }

  TempDir dir_;
  FakeClock clock_;
  FakeCommandRunner runner_;
  KindClusterOptions options_;
  LeaseFolder leases_{dir_ / "leases"};
  Lease lease_;
};

TEST_F(KeptClusterTest, IsAdoptedWithItsNameItsFilesAndItsPorts) {
  const auto cluster = Adopt(1);
  ASSERT_THAT(cluster, Succeeds());
  EXPECT_TRUE(cluster->adopted());
  EXPECT_EQ(cluster->name(), "e2e-1");
  EXPECT_EQ(cluster->kubeconfig(), dir_ / "run/kubeconfig");
  ASSERT_THAT(cluster->lanes(), SizeIs(2));
  EXPECT_EQ(cluster->lanes()[1].Of("sieve").host_port, options_.lanes[1].Of("sieve").host_port);
  EXPECT_EQ(cluster->lanes()[1].Of("sieve").node_port, options_.lanes[1].Of("sieve").node_port);
}

TEST_F(KeptClusterTest, IsNeitherStaleNorFreeWhileItIsUsedAndGivenBackAtTheEnd) {
  {
    const auto cluster = Adopt();
    ASSERT_THAT(cluster, Succeeds());
    EXPECT_TRUE(leases_.FindKept()->front().HolderAlive());
    EXPECT_THAT(*leases_.FindStale(true), IsEmpty());
  }
  ASSERT_THAT(*leases_.FindKept(), SizeIs(1));
  EXPECT_FALSE(leases_.FindKept()->front().HolderAlive());
  EXPECT_THAT(*leases_.FindStale(), IsEmpty()) << "it is kept on purpose";
  EXPECT_THAT(Adopt(), Succeeds());
}

TEST_F(KeptClusterTest, OfAnotherLivingRunIsRefused) {
  Lease other = Lease::Own(lease_.cluster, lease_.docker_host, lease_.run_dir);
  const std::string stat = TempDir::Read("/proc/" + std::to_string(getppid()) + "/stat");
  other.pid = getppid();
  std::string rest = stat.substr(stat.rfind(')') + 2);
  for (int i = 3; i < 22; ++i) rest = rest.substr(rest.find(' ') + 1);
  other.pid_started = rest.substr(0, rest.find(' '));
  ASSERT_THAT(leases_.Take(other), Succeeds());
  EXPECT_THAT(Adopt(), FailsWith(ErrorKind::kInfra, HasSubstr("belongs to the run of process")));
}

TEST_F(KeptClusterTest, ThatDoesNotFitIsRefusedWithTheReason) {
  EXPECT_THAT(Adopt(3), FailsWith(ErrorKind::kInfra, HasSubstr("it has 2 lanes, and 3 are wanted")));
  options_.node_image = "node:v2";
  EXPECT_THAT(Adopt(), FailsWith(ErrorKind::kInfra, HasSubstr("another node image")));
  options_.node_image = "node:v1";
  options_.tools.docker_host = "";
  EXPECT_THAT(Adopt(), FailsWith(ErrorKind::kInfra, HasSubstr("another engine")));
  options_.tools.docker_host = lease_.docker_host;
  std::filesystem::remove(dir_ / "run/kubeconfig");
  EXPECT_THAT(Adopt(), FailsWith(ErrorKind::kInfra, HasSubstr("its kubeconfig is gone")));
}

TEST_F(KeptClusterTest, LosesItsLeaseOnlyWhenItIsDeleted) {
  runner_.Expect("kind delete cluster --name e2e-1 *");
  runner_.Expect("docker network rm e2e-1");
  EXPECT_TRUE(*leases_.ReapOne(lease_, runner_, options_.tools, Deadline::In(clock_, Duration(1000))));
  EXPECT_THAT(*leases_.FindKept(), IsEmpty());
}

}  // namespace
}  // namespace e2e
