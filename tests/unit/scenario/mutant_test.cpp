#include "scenario/mutant.h"

#include <gmock/gmock.h>

#include "scenario/loader.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kKiller = "killed-by: {scenario: smoke/ports, step: install, reason: imaps}\n";

class MutantTest : public testing::Test {
 protected:
  std::optional<Mutant> Load(const std::string& text) {
    dir_.Write("sabotage/m.yaml", text);
    return LoadMutant(dir_ / "sabotage/m.yaml", problems_);
  }
  std::string MistakeOf(const std::string& text) {
    EXPECT_FALSE(Load(text));
    std::string shown = Render(problems_);
    problems_.clear();
    return shown;
  }

  TempDir dir_;
  Problems problems_;
};

TEST_F(MutantTest, HasPatchesAsJsonPatchInAFixedOrder) {
  const auto mutant = Load(
      "name: The volume is elsewhere\ntimeout: 45s\nserver: fake-0.16\n"
      "patch:\n"
      "  - {kind: Deployment, name: stalwart, when: upgrade, remove: [/c], add: {/b: [1, text]}, replace: {/a: true}}\n"
      "  - {kind: Service, replace: {/x: {y: 2}}}\n"
      "chart: [{file: templates/a.yaml, replace: old, with: new}]\n"
      "values: {replicaCount: 2}\n" +
      std::string(kKiller));
  ASSERT_TRUE(mutant) << Render(problems_);
  EXPECT_EQ(mutant->id, "m");
  EXPECT_EQ(mutant->breaks, "The volume is elsewhere");
  EXPECT_EQ(mutant->server, "fake-0.16");
  EXPECT_EQ(mutant->timeout, Duration(45'000));
  ASSERT_EQ(mutant->patches.size(), 2u);
  EXPECT_EQ(mutant->patches[0].name, "stalwart");
  EXPECT_EQ(mutant->patches[0].when, "upgrade");
  EXPECT_EQ(mutant->patches[0].operations, json::parse(R"([{"op": "replace", "path": "/a", "value": true},
    {"op": "add", "path": "/b", "value": [1, "text"]}, {"op": "remove", "path": "/c"}])"));
  EXPECT_EQ(mutant->patches[1].kind, "Service");
  ASSERT_EQ(mutant->edits.size(), 1u);
  EXPECT_EQ(mutant->edits[0].with, "new");
  EXPECT_EQ(mutant->values, json({{"replicaCount", 2}}));
  EXPECT_EQ(mutant->killer.step, "install");
}

TEST_F(MutantTest, MistakesAreToldWithTheirPlaces) {
  const std::string killer = kKiller;
  EXPECT_THAT(MistakeOf("name: x\n" + killer), HasSubstr("m.yaml:1:1: error: a mutant changes something"));
  EXPECT_THAT(MistakeOf("name: x\nvalues: {a: 1}\n"), HasSubstr("killed-by"));
  EXPECT_THAT(MistakeOf("name: x\npatch: [{kind: Service}]\n" + killer),
              HasSubstr("a patch replaces, adds or removes something"));
  EXPECT_THAT(MistakeOf("name: x\npatch: [{kind: Service, when: always, remove: [/a]}]\n" + killer),
              HasSubstr("upgrade"));
  EXPECT_THAT(MistakeOf("name: x\nvalue: {a: 1}\n" + killer), HasSubstr("did you mean \"values\"?"));
}

TEST_F(MutantTest, AFolderGivesThemSortedAndSaysWhatIsNone) {
  dir_.Write("sabotage/b.yaml", std::string("name: B\nvalues: {a: 1}\n") + kKiller);
  dir_.Write("sabotage/a.yaml", std::string("name: A\nvalues: {a: 1}\n") + kKiller);
  const std::vector<Mutant> mutants = LoadMutants(dir_.path(), problems_);
  ASSERT_EQ(mutants.size(), 2u);
  EXPECT_EQ(mutants[0].id, "a");
  EXPECT_THAT(problems_, IsEmpty());
  dir_.Write("sabotage/notes.txt", "x");
  LoadMutants(dir_.path(), problems_);
  EXPECT_THAT(Render(problems_), HasSubstr("notes.txt: error: not of the form sabotage/<name>.yaml"));
}

TEST_F(MutantTest, NoFolderIsNoMutant) {
  EXPECT_THAT(LoadMutants(dir_.path(), problems_), IsEmpty());
  EXPECT_THAT(problems_, IsEmpty());
}

TEST_F(MutantTest, AScenariosLoaderLeavesThemAlone) {
  dir_.Write("sabotage/a.yaml", std::string("name: A\nvalues: {a: 1}\n") + kKiller);
  dir_.Write("smoke/a.yaml", "name: A\nsteps:\n  - wait.usable: {}\n");
  EXPECT_EQ(LoadScenarios(dir_.path(), problems_).size(), 1u);
  EXPECT_THAT(Render(problems_), IsEmpty());
}

}  // namespace
}  // namespace e2e
