// Where released charts come from: the project's own shelf, packages, repositories.
#include "cluster/released_chart.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

class ReleasedChartTest : public testing::Test {
 protected:
  std::string Chart(const std::string& folder, const std::string& version) {
    return dir_.Write(folder + "/Chart.yaml", "name: stalwart\nversion: " + version + "\n").parent_path().string();
  }
  Outcome<ReleasedChart> Find(const std::string& source, const std::string& below = "0.4.0") {
    return FindReleased(runner_, {.releases = dir_ / "releases", .unpacked = dir_ / "unpacked", .helm = "helm"}, source,
                        below, Deadline::In(clock_, Duration(1'000)));
  }

  // What the program would leave there.
  static void Unpack(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder / "stalwart");
    std::ofstream(folder / "stalwart" / "Chart.yaml") << "version: 0.3.0\n";
  }

  TempDir dir_;
  FakeClock clock_;
  FakeCommandRunner runner_;
};

TEST_F(ReleasedChartTest, VersionsGoByTheirNumbers) {
  EXPECT_TRUE(IsOlder("0.9.0", "0.10.0"));
  EXPECT_TRUE(IsOlder("0.9.9", "1.0.0-rc.1"));
  EXPECT_FALSE(IsOlder("1.0.0", "1.0.0"));
  EXPECT_FALSE(IsOlder("1.0.1", "1.0.0"));
}

TEST_F(ReleasedChartTest, TheLatestIsTheLastOneBelowTheChart) {
  for (const char* version : {"0.1.0", "0.10.0", "0.9.0"}) Chart(std::string("releases/") + version, version);
  EXPECT_EQ(Find("latest", "0.11.0")->version, "0.10.0");
  EXPECT_EQ(Find("latest", "0.10.0")->version, "0.9.0") << "a release is not its own predecessor";
  EXPECT_EQ(Find("latest", "0.10.0")->source, (dir_ / "releases/0.9.0").string());
  EXPECT_EQ(Find("0.1.0")->folder, (dir_ / "releases/0.1.0").string());
  EXPECT_THAT(Find("0.2.0"), FailsWith(ErrorKind::kBadScenario,
                                       AllOf(HasSubstr("no release 0.2.0"), HasSubstr("0.1.0, 0.9.0, 0.10.0"))));
  EXPECT_THAT(Find("latest", "0.1.0"), FailsWith(ErrorKind::kBadScenario, HasSubstr("below 0.1.0")));
}

TEST_F(ReleasedChartTest, AFolderAndItsDigest) {
  const std::string one = Chart("one", "1.2.3"), other = Chart("other", "1.2.3");
  const auto first = Find(one), second = Find(other);
  ASSERT_THAT(first, Succeeds());
  EXPECT_EQ(first->version, "1.2.3");
  EXPECT_THAT(first->digest, SizeIs(64));
  EXPECT_EQ(first->digest, second->digest) << "it goes by what is in the folder";
  dir_.Write("one/releases/0.1.0/Chart.yaml", "version: 0.1.0\n");
  EXPECT_EQ(Find(one)->digest, first->digest) << "releases within the chart are no part of it";
  dir_.Write("other/templates/a.yaml", "");
  EXPECT_NE(Find(other)->digest, first->digest);
}

TEST_F(ReleasedChartTest, APackageIsUnpacked) {
  const std::string package = (dir_ / "stalwart-0.3.0.tgz").string();
  runner_.Expect("tar -xzf " + package + " -C " + dir_.path().string() + "/unpacked/* --no-same-owner")
      .Doing([](const Command& command) { Unpack(command.argv[4]); });
  const auto chart = Find(package);
  ASSERT_THAT(chart, Succeeds());
  EXPECT_EQ(chart->version, "0.3.0");
}

TEST_F(ReleasedChartTest, RepositoriesAreAskedByHelm) {
  const auto pulled = [](const Command& command) { Unpack(command.argv.back()); };
  runner_.Expect("helm pull oci://registry.example:5000/charts/stalwart --untar --untardir *").Doing(pulled);
  EXPECT_THAT(Find("oci://registry.example:5000/charts/stalwart"), Succeeds());
  runner_.Expect("helm pull oci://registry.example:5000/charts/stalwart --version 0.3.0 --untar --untardir *")
      .Doing(pulled);
  EXPECT_THAT(Find("oci://registry.example:5000/charts/stalwart:0.3.0"), Succeeds());
  runner_.Expect("helm pull stalwart --repo https://charts.example --version 0.3.0 --untar --untardir *").Doing(pulled);
  EXPECT_THAT(Find("https://charts.example#stalwart:0.3.0"), Succeeds());
  runner_.Expect("helm pull stalwart --repo https://charts.example --untar --untardir *",
                 FakeCommandRunner::Failure(1, "Error: no such chart"));
  EXPECT_THAT(Find("https://charts.example#stalwart"),
              FailsWith(ErrorKind::kCommandFailed, HasSubstr("pulling https://charts.example#stalwart")));
}

}  // namespace
}  // namespace e2e
