#include "steps/mutants.h"

#include <gmock/gmock.h>

#include "scenario/loader.h"
#include "steps/mutant_chart.h"
#include "support/outcome_matchers.h"
#include "support/source_dir.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class MutantsTest : public testing::Test {
 protected:
  MutantsTest() {
    dir_.Write("smoke/ports.yaml",
               "name: Ports\ninstall: {set: {a: 1, b: {c: 2}}}\nsteps:\n  - endpoints.greet: {}\n"
               "  - check: {id: S99, rfc: RFC 1, says: x, steps: [{endpoints.greet: {}}]}\n");
    mutant_.id = "broken";
    mutant_.breaks = "It is broken";
    mutant_.where = {"sabotage/broken.yaml", 1, 1};
    mutant_.killer = {"smoke/ports", "endpoints.greet", "closed"};
  }
  std::string MistakeOf(const Mutant& mutant) {
    EXPECT_FALSE(CompileMutant(mutant, dir_.path(), problems_));
    std::string shown = Render(problems_);
    problems_.clear();
    return shown;
  }

  TempDir dir_;
  Problems problems_;
  Mutant mutant_;
};

TEST_F(MutantsTest, IsTheKillersScenarioUnderTheMutantsName) {
  mutant_.values = {{"b", {{"c", 3}}}};
  mutant_.server = "fake-0.16";
  mutant_.timeout = Duration(45'000);
  const auto compiled = CompileMutant(mutant_, dir_.path(), problems_);
  ASSERT_TRUE(compiled) << Render(problems_);
  EXPECT_EQ(compiled->scenario.Id(), "sabotage/broken");
  EXPECT_EQ(compiled->scenario.title, "It is broken");
  EXPECT_EQ(compiled->scenario.where.file, "sabotage/broken.yaml");
  EXPECT_EQ(compiled->scenario.install.set, nlohmann::json::parse(R"({"a": 1, "b": {"c": 3}})"));
  EXPECT_EQ(compiled->scenario.install.layout, "v0.16");
  EXPECT_EQ(compiled->scenario.timeout, Duration(45'000));
  EXPECT_THAT(compiled->steps, SizeIs(2));
  ASSERT_TRUE(compiled->scenario.mutant);
}

TEST_F(MutantsTest, AKillerThatWaitsForWhatNeverComesMayHaveAShorterLimit) {
  const auto own = CompileMutant(mutant_, dir_.path(), problems_);
  mutant_.killer.within = Duration(7'000);
  const auto hurried = CompileMutant(mutant_, dir_.path(), problems_);
  ASSERT_TRUE(own && hurried) << Render(problems_);
  EXPECT_EQ(hurried->steps[0].step->within, Duration(7'000));
  EXPECT_NE(own->steps[0].step->within, Duration(7'000));
  EXPECT_EQ(hurried->steps[1].step->within, own->steps[1].step->within) << "another step";
}

TEST_F(MutantsTest, AKillerMayBeInstallOrACheck) {
  for (const char* step : {"install", "S99"}) {
    mutant_.killer.step = step;
    EXPECT_TRUE(CompileMutant(mutant_, dir_.path(), problems_)) << step;
  }
}

TEST_F(MutantsTest, AKillerThatIsNotThereIsAMistake) {
  Mutant elsewhere = mutant_;
  elsewhere.killer.scenario = "smoke/port";
  EXPECT_THAT(MistakeOf(elsewhere), HasSubstr("there is no scenario \"smoke/port\" (did you mean \"smoke/ports\"?)"));
  elsewhere.killer = {"smoke/ports", "endpoints.gret", "x"};
  EXPECT_THAT(MistakeOf(elsewhere),
              HasSubstr("no step or check \"endpoints.gret\" (did you mean \"endpoints.greet\"?)"));
}

TEST_F(MutantsTest, WhatNeverComesIntoForceIsAMistake) {
  mutant_.patches = {{.kind = "Service", .name = "", .when = "upgrade"}};
  EXPECT_THAT(MistakeOf(mutant_), HasSubstr("has no helm.upgrade: nothing would change"));
}

TEST_F(MutantsTest, AnUnknownServerIsAMistake) {
  mutant_.server = "fake-0.17";
  EXPECT_THAT(MistakeOf(mutant_), HasSubstr("fake-0.16"));
}

class MutantChartTest : public testing::Test {
 protected:
  MutantChartTest() { dir_.Write("chart/templates/a.yaml", "one\ntwo two\n"); }
  Status Make(const std::string& replace, const std::string& with) {
    return MakeMutantChart(dir_ / "chart", {{"templates/a.yaml", replace, with}}, dir_ / "copy/chart");
  }
  TempDir dir_;
};

TEST_F(MutantChartTest, ChangesACopy) {
  ASSERT_THAT(Make("one\n", "1\n"), Succeeds());
  EXPECT_EQ(TempDir::Read(dir_ / "copy/chart/templates/a.yaml"), "1\ntwo two\n");
  EXPECT_EQ(TempDir::Read(dir_ / "chart/templates/a.yaml"), "one\ntwo two\n");
}

TEST_F(MutantChartTest, WhatIsNotThereOnceIsRefused) {
  EXPECT_THAT(Make("three", "3").error().message(), HasSubstr("has \"three\" 0 times, not once"));
}

TEST_F(MutantChartTest, WhatIsThereTwiceIsRefused) {
  EXPECT_THAT(Make("two", "2").error().message(), HasSubstr("2 times, not once"));
}

TEST_F(MutantChartTest, AnEditThatChangesNothingIsRefused) {
  EXPECT_THAT(Make("one", "one").error().message(), HasSubstr("changes nothing"));
}

// Which every change of the chart may break.
TEST(Catalogue, EveryEditFitsTheChart) {
  Problems problems;
  const fs::path root = SourceDir();
  const std::vector<Mutant> mutants = LoadMutants(root / "scenarios", problems);
  ASSERT_THAT(problems, IsEmpty()) << Render(problems);
  EXPECT_GE(mutants.size(), 40u);
  for (const Mutant& mutant : mutants) {
    if (mutant.edits.empty()) continue;
    const TempDir dir;
    EXPECT_THAT(MakeMutantChart(root / "chart", mutant.edits, dir / "chart"), Succeeds()) << mutant.id;
  }
}

}  // namespace
}  // namespace e2e
