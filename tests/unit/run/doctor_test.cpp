#include "run/doctor.h"

#include <gmock/gmock.h>

#include "cluster/lease.h"
#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DoctorTest : public testing::Test {
 protected:
  DoctorTest() {
    options_.cache = dir_ / "cache";
    options_.tools = {.docker = "docker", .kind = "kind", .helm = "helm", .docker_host = "unix:///engine.sock"};
    options_.node_image = "node:1";
    options_.server_image = "mail:1";
    options_.lanes = 1;
    machine_ = {.free_memory_mib = 4000,
                .inotify_instances = 128,
                .inotify_watches = 8192,
                .open_files = 1024,
                .free_disk_mib = [](const std::filesystem::path&) { return 5000; }};
  }
  void ExpectTools() {
    runner_.Expect("kind version", FakeCommandRunner::Success("kind v0.33.0\n"));
    runner_.Expect("helm version --short", FakeCommandRunner::Success("v3.22.0\n"));
  }
  void ExpectEngine(const std::string& info = "27.1|2|/var/lib/docker\n") {
    runner_.Expect("docker info *", FakeCommandRunner::Success(info));
  }
  void ExpectImages() {
    runner_.Expect("docker image inspect * node:1", FakeCommandRunner::Success("sha256:1\n"));
    runner_.Expect("docker image inspect * mail:1", FakeCommandRunner::Success("sha256:2\n"));
  }
  std::string Report() { return Text(Examine(options_, machine_, runner_, clock_)); }

  TempDir dir_;
  FakeClock clock_;
  FakeCommandRunner runner_;
  RunOptions options_;
  Machine machine_;
};

TEST_F(DoctorTest, SaysWhatItSawAndThatAllIsWell) {
  ExpectTools();
  ExpectEngine();
  ExpectImages();
  const std::string report = Report();
  EXPECT_THAT(report, AllOf(HasSubstr("ok       kind           kind v0.33.0 (kind)\n"),
                            HasSubstr("version 27.1 at unix:///engine.sock"), HasSubstr("all is well\n")));
  EXPECT_THAT(report, Not(HasSubstr("problem")));
}

TEST_F(DoctorTest, TellsWhatToDoAboutAMissingToolAndASilentEngine) {
  runner_.Expect("kind version", Error(ErrorKind::kToolMissing, "there is no program kind"));
  runner_.Expect("helm version --short", FakeCommandRunner::Success("v3.22.0\n"));
  runner_.Expect("docker info *", FakeCommandRunner::Failure(1, "Cannot connect"));
  ExpectImages();
  EXPECT_THAT(
      Report(),
      AllOf(HasSubstr("problem  kind           there is no program kind\n"), HasSubstr("-> run `make prepare`"),
            HasSubstr("problem  engine         none answers at unix:///engine.sock"), HasSubstr("2 problems\n")));
}

TEST_F(DoctorTest, KnowsTheMachinesLimits) {
  ExpectTools();
  ExpectEngine("27.1||/var/lib/docker\n");
  ExpectImages();
  machine_.free_memory_mib = 1000;
  machine_.inotify_instances = 16;
  machine_.open_files = std::nullopt;
  machine_.free_disk_mib = [](const std::filesystem::path&) { return 100; };
  EXPECT_THAT(Report(), AllOf(HasSubstr("-> boot the machine with cgroup version 2"), HasSubstr("100 MiB are free for"),
                              HasSubstr("-> 2048 are needed"), HasSubstr("sysctl fs.inotify.max_user_instances=512"),
                              HasSubstr("ok       open files     unknown"), HasSubstr("5 problems\n")));
}

TEST_F(DoctorTest, NamesImagesThatAreNotThereAndClustersThatAre) {
  ExpectTools();
  ExpectEngine();
  options_.node_image = "";
  runner_.Expect("docker image inspect * mail:1", FakeCommandRunner::Failure(1, "no such image"));
  const LeaseFolder leases(options_.cache / "leases");
  Lease lease = Lease::Own("left", "", "/run");
  lease.pid_started = "1";
  ASSERT_TRUE(leases.Take(lease));
  lease.cluster = "warm";
  lease.kept = true;
  ASSERT_TRUE(leases.Take(lease));
  EXPECT_THAT(Report(), AllOf(HasSubstr("node image     none is named"), HasSubstr("the engine has no mail:1"),
                              HasSubstr("1 clusters of killed runs"), HasSubstr("-> make reap"),
                              HasSubstr("kept           warm (`make down` deletes them)")));
}

TEST_F(DoctorTest, ACacheThatCannotBeWrittenIsAProblem) {
  ExpectTools();
  ExpectEngine();
  ExpectImages();
  options_.cache = dir_.Write("taken", "") / "cache";
  EXPECT_THAT(Report(), AllOf(HasSubstr("can't be written"), HasSubstr("set XDG_CACHE_HOME")));
}

}  // namespace
}  // namespace e2e
