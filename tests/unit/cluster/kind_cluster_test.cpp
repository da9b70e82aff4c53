#include "cluster/kind_cluster.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "base/yaml.h"
#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/outcome_matchers.h"
#include "support/source_dir.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kBaseConfig = R"(kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
networking: {kubeProxyMode: nftables}
nodes:
  - role: control-plane
    kubeadmConfigPatches:
      - |
        kind: KubeletConfiguration
        failCgroupV1: false
)";

class KindClusterTest : public testing::Test {
 protected:
  KindClusterTest() {
    options_.name = "e2e-1";
    options_.node_image = "node:v1";
    options_.base_config = dir_.Write("cluster.yaml", kBaseConfig);
    options_.run_dir = dir_ / "run";
    options_.lease_dir = dir_ / "leases";
    options_.lanes = PortMap::Allocate(2).value();
    options_.tools = {.docker = "/opt/bin/docker", .kind = "/kind", .docker_host = "unix:///engine.sock"};
  }

  void ExpectCreate(CommandResult result = FakeCommandRunner::Success("")) {
    runner_.Expect("/kind get clusters", FakeCommandRunner::Success("other\n"));
    runner_
        .Expect(
            "/kind create cluster --name e2e-1 --config */run/kind-config.yaml --kubeconfig */run/kubeconfig "
            "--retain --wait 300s",
            std::move(result))
        .Doing([this](const Command&) {
          lease_at_create_ = std::filesystem::exists(dir_ / "leases/e2e-1.json");
          dir_.Write("run/kubeconfig", "x");
        });
  }
  void ExpectDelete() {
    runner_.Expect("/kind delete cluster --name e2e-1 --kubeconfig */run/kubeconfig");
    runner_.Expect("/opt/bin/docker network rm e2e-1");
  }
  Outcome<KindCluster> Create() {
    return KindCluster::Create(
        options_, runner_, clock_, [this](const std::string& line) { log_.push_back(line); },
        Deadline::In(clock_, std::chrono::seconds(1000)));
  }
  bool LeaseExists() const { return std::filesystem::exists(dir_ / "leases/e2e-1.json"); }

  TempDir dir_;
  FakeClock clock_;
  FakeCommandRunner runner_;
  KindClusterOptions options_;
  std::vector<std::string> log_;
  bool lease_at_create_ = false;
};

TEST_F(KindClusterTest, CreatesWithNameImageAndPortMappings) {
  ExpectCreate();
  ExpectDelete();
  {
    const auto cluster = Create();
    ASSERT_THAT(cluster, Succeeds());
    EXPECT_TRUE(lease_at_create_) << "a lease must be there before the cluster is";
    EXPECT_EQ(runner_.ran[1].env.at("KIND_EXPERIMENTAL_DOCKER_NETWORK"), "e2e-1") << "a network of its own";
    EXPECT_EQ(cluster->node().name(), "e2e-1-control-plane");
    const json config = json::parse(TempDir::Read(dir_ / "run/kind-config.yaml"));
    EXPECT_EQ(config["name"], "e2e-1");
    EXPECT_EQ(config["networking"]["kubeProxyMode"], "nftables");
    const json& node = config["nodes"][0];
    EXPECT_EQ(node["image"], "node:v1");
    EXPECT_THAT(node["kubeadmConfigPatches"][0].get<std::string>(), HasSubstr("failCgroupV1: false\n"));
    ASSERT_EQ(node["extraPortMappings"].size(), 16u);
    EXPECT_EQ(node["extraPortMappings"][0]["listenAddress"], "127.0.0.1");
    EXPECT_EQ(node["extraPortMappings"][8]["containerPort"], 30110);
    EXPECT_EQ(node["extraPortMappings"][0]["hostPort"], options_.lanes[0].Of("http").host_port);
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(dir_ / "run/kubeconfig").permissions(), perms::owner_read | perms::owner_write);
    EXPECT_EQ(std::filesystem::status(dir_ / "run").permissions(), perms::owner_all);
  }
  EXPECT_FALSE(LeaseExists()) << "the destructor destroys";
}

TEST_F(KindClusterTest, TalksToItsEngineOnly) {
  ExpectCreate();
  ExpectDelete();
  ASSERT_THAT(Create(), Succeeds());
  for (const Command& command : runner_.ran) {
    EXPECT_EQ(command.env.at("DOCKER_HOST"), "unix:///engine.sock");
    if (command.argv[0] == "/kind") {
      EXPECT_THAT(command.env.at("PATH"), testing::StartsWith("/opt/bin:"));
    }
    EXPECT_THAT(command.unset_env, Contains("KUBECONFIG"));
  }
}

TEST_F(KindClusterTest, RefusesAClusterThatIsThereAlready) {
  runner_.Expect("/kind get clusters", FakeCommandRunner::Success("e2e-1\nother\n"));
  EXPECT_THAT(Create(), FailsWith(ErrorKind::kInfra, HasSubstr("exists already")));
  EXPECT_FALSE(LeaseExists());
}

TEST_F(KindClusterTest, AFailedStartLeavesLogsAndNoCluster) {
  ExpectCreate(FakeCommandRunner::Failure(
      1, " x Preparing nodes\nWARNING: Here be dragons!\n\nERROR: no space left on device\n"));
  runner_.Expect("/kind export logs */run/kind-logs --name e2e-1");
  ExpectDelete();
  EXPECT_THAT(Create(), FailsWith(ErrorKind::kInfra, AllOf(HasSubstr("did not come up"), HasSubstr("no space left"),
                                                           HasSubstr("/kind create cluster"))));
  EXPECT_THAT(log_,
              testing::ElementsAre("x Preparing nodes", "ERROR: no space left on device", HasSubstr("kind-logs")));
  EXPECT_FALSE(LeaseExists());
}

TEST_F(KindClusterTest, ATimeoutOfTheStartIsInfra) {
  ExpectCreate(CommandResult{TimedOut{}, "", "", std::chrono::seconds(300)});
  runner_.Expect("/kind export logs *");
  ExpectDelete();
  EXPECT_THAT(Create(), FailsWith(ErrorKind::kInfra, HasSubstr("ended at its deadline")));
}

TEST_F(KindClusterTest, AnInterruptedStartIsTakenDownAtOnce) {
  ExpectCreate(CommandResult{Interrupted{}, "", "", Duration(1)});
  ExpectDelete();
  EXPECT_THAT(Create(), FailsWith(ErrorKind::kInterrupted, HasSubstr("interrupted")));
  EXPECT_TRUE(runner_.ran.back().cleanup);
}

TEST_F(KindClusterTest, WithoutAnEngineNothingIsMade) {
  runner_.Expect("/kind get clusters", FakeCommandRunner::Failure(1, "Cannot connect to the Docker daemon"));
  EXPECT_THAT(Create(), FailsWith(ErrorKind::kInfra, HasSubstr("Cannot connect to the Docker daemon")));
  EXPECT_FALSE(LeaseExists());
}

TEST_F(KindClusterTest, ABaseConfigWithoutANodeIsRefused) {
  options_.base_config = dir_.Write("empty.yaml", "kind: Cluster\n");
  runner_.Expect("/kind get clusters");
  runner_.Expect("/kind export logs *");
  ExpectDelete();
  EXPECT_THAT(Create(), FailsWith(ErrorKind::kInternal, HasSubstr("exactly one node")));
}

TEST_F(KindClusterTest, LoadsImagesByTheirNames) {
  ExpectCreate();
  runner_.Expect("/opt/bin/docker image inspect --format {{.Id}} mail:1 fake:2",
                 FakeCommandRunner::Success("sha256:1\nsha256:2\n"));
  runner_.Expect("/kind load docker-image mail:1 fake:2 --name e2e-1");
  runner_.Expect("/opt/bin/docker image inspect * none:1", FakeCommandRunner::Failure(1, "no such image"));
  runner_.Expect("/kind load docker-image none:1 --name e2e-1", FakeCommandRunner::Failure(1, "image not present"));
  ExpectDelete();
  auto cluster = Create();
  ASSERT_THAT(cluster, Succeeds());
  const Deadline deadline = Deadline::In(clock_, std::chrono::seconds(60));
  EXPECT_THAT(cluster->LoadImages({"mail:1", "fake:2"}, deadline), Succeeds());
  EXPECT_THAT(cluster->LoadImages({"none:1"}, deadline),
              FailsWith(ErrorKind::kInfra, AllOf(HasSubstr("none:1"), HasSubstr("image not present"))));
}

TEST_F(KindClusterTest, LoadsOnlyImagesThatTheNodeWasNotGiven) {
  ExpectCreate();
  const auto ids = [this](const std::string& second) {
    runner_.Expect("/opt/bin/docker image inspect *", FakeCommandRunner::Success("sha256:1\n" + second + "\n"));
  };
  ids("sha256:2");
  runner_.Expect("/kind load docker-image mail:1 fake:2 *");
  ids("sha256:2");
  ids("sha256:3");
  runner_.Expect("/kind load docker-image fake:2 --name e2e-1");
  ExpectDelete();
  auto cluster = Create();
  ASSERT_THAT(cluster, Succeeds());
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(cluster->LoadImages({"mail:1", "fake:2"}, Deadline::In(clock_, std::chrono::seconds(60))), Succeeds());
  }
}

// kind tells that the node runs; `early` is how the load ends that begins then.
class EarlyImagesTest : public KindClusterTest {
 protected:
  void Expect(CommandResult early) {
    options_.images = {"mail:1"};
    CommandResult created = FakeCommandRunner::Success("");
    created.err = " ✓ Preparing nodes\n • Starting control-plane  ...\n ✓ Starting control-plane\n";
    ExpectCreate(created);
    ExpectIds();
    runner_.Expect(kLoad, std::move(early));
    ExpectIds();
  }
  void ExpectIds() { runner_.Expect("/opt/bin/docker image inspect *", FakeCommandRunner::Success("sha256:1\n")); }
  void CreateAndLoad() {
    ExpectDelete();
    auto cluster = Create();
    ASSERT_THAT(cluster, Succeeds());
    EXPECT_THAT(cluster->LoadImages({"mail:1"}, Deadline::In(clock_, std::chrono::seconds(60))), Succeeds());
  }
  static constexpr const char* kLoad = "/kind load docker-image mail:1 --name e2e-1";
};

TEST_F(EarlyImagesTest, AreLoadedWhileTheControlPlaneStarts) {
  Expect(FakeCommandRunner::Success(""));
  CreateAndLoad();
}

TEST_F(EarlyImagesTest, AreLoadedOnceItIsUpWhereThatFailed) {
  Expect(FakeCommandRunner::Failure(1, "ERROR: no runtime yet"));
  runner_.Expect(kLoad);
  CreateAndLoad();
}

TEST_F(KindClusterTest, DestroysOnceAndNotAfterAMove) {
  ExpectCreate();
  ExpectDelete();
  auto outcome = Create();
  ASSERT_THAT(outcome, Succeeds());
  KindCluster moved = std::move(*outcome);
  EXPECT_THAT(moved.Destroy(Deadline::In(clock_, std::chrono::seconds(60))), Succeeds());
  EXPECT_THAT(moved.Destroy(Deadline::In(clock_, std::chrono::seconds(60))), Succeeds());
}

TEST_F(KindClusterTest, AFailedDeletionKeepsTheLeaseAndSaysHowToDelete) {
  ExpectCreate();
  runner_.Expect("/kind delete *", FakeCommandRunner::Failure(1, "engine is gone"));
  auto cluster = Create();
  ASSERT_THAT(cluster, Succeeds());
  EXPECT_THAT(cluster->Destroy(Deadline::In(clock_, std::chrono::seconds(60))),
              FailsWith(ErrorKind::kInfra, AllOf(HasSubstr("engine is gone"),
                                                 HasSubstr("DOCKER_HOST=unix:///engine.sock /kind delete cluster"))));
  EXPECT_TRUE(LeaseExists());
}

TEST_F(KindClusterTest, AReleasedClusterStays) {
  ExpectCreate();
  {
    auto cluster = Create();
    ASSERT_THAT(cluster, Succeeds());
    EXPECT_THAT(cluster->Release(), Succeeds());
  }
  EXPECT_TRUE(json::parse(TempDir::Read(dir_ / "leases/e2e-1.json"))["kept"].get<bool>());
}

json ShippedConfig(const std::string& name) {
  const auto config = YamlNode::ParseFile((SourceDir() / "kind-config" / name).string());
  EXPECT_THAT(config, Succeeds());
  return config ? config->ToJson() : json();
}

TEST(KindConfig, ThatForCgroup1HasOnePatchMore) {
  json cgroup1 = ShippedConfig("cluster-cgroup1.yaml");
  json& patches = cgroup1["kubeadmConfigPatches"];
  ASSERT_FALSE(patches.empty());
  EXPECT_THAT(patches.back().get<std::string>(), HasSubstr("failCgroupV1: false"));
  patches.erase(patches.size() - 1);
  EXPECT_EQ(cgroup1, ShippedConfig("cluster.yaml"));
}

}  // namespace
}  // namespace e2e
