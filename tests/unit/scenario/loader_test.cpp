#include "scenario/loader.h"

#include <gmock/gmock.h>

#include "support/source_dir.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kSmallest = "name: A title\nsteps:\n  - wait.usable: {}\n";

class LoaderTest : public testing::Test {
 protected:
  std::vector<Scenario> Load() { return LoadScenarios(dir_.path(), problems_); }
  // One file that must be wrong; what a user sees, with the folder's name left out.
  std::string ProblemsOf(const std::string& text) {
    dir_.Write("smoke/x.yaml", text);
    EXPECT_THAT(Load(), IsEmpty());
    return Shown();
  }
  std::string Shown() {
    std::string text = Render(problems_);
    const std::string folder = dir_.path().string() + "/";
    for (std::size_t at = 0; (at = text.find(folder, at)) != std::string::npos;) text.erase(at, folder.size());
    problems_.clear();
    return text;
  }

  TempDir dir_;
  Problems problems_;
};

TEST_F(LoaderTest, TheSmallestScenarioHasTheDefaults) {
  dir_.Write("smoke/ports.yaml", kSmallest);
  const std::vector<Scenario> scenarios = Load();
  ASSERT_EQ(Shown(), "");
  ASSERT_EQ(scenarios.size(), 1u);
  const Scenario& scenario = scenarios[0];
  EXPECT_EQ(scenario.Id(), "smoke/ports");
  EXPECT_EQ(scenario.title, "A title");
  EXPECT_EQ(scenario.where.Text(), (dir_ / "smoke/ports.yaml").string() + ":1:1");
  EXPECT_THAT(scenario.tags, IsEmpty());
  EXPECT_FALSE(scenario.exclusive);
  EXPECT_EQ(scenario.timeout, Duration(300'000));
  EXPECT_THAT(scenario.install.values_files, IsEmpty());
  EXPECT_EQ(scenario.install.set, nlohmann::json::object());
  EXPECT_EQ(scenario.install.wait, InstallWait::kUsable);
  EXPECT_EQ(scenario.install.chart, "");
  EXPECT_EQ(scenario.install.layout, "");
  EXPECT_EQ(scenario.install.admin, InstallAdmin::kHarness);
  EXPECT_THAT(scenario.install.namespace_labels, IsEmpty());
  EXPECT_EQ(scenario.install.volume_size, 0);
  ASSERT_EQ(scenario.steps.size(), 1u);
  EXPECT_EQ(scenario.steps[0].kind, "wait.usable");
  EXPECT_EQ(scenario.steps[0].where.line, 3);
  EXPECT_EQ(scenario.steps[0].where.column, 5);
  EXPECT_TRUE(scenario.steps[0].args.IsMap());
}

TEST_F(LoaderTest, ReadsEveryField) {
  dir_.Write("values/ci.yaml", "a: 1\n");
  dir_.Write("smoke/x.yaml",
             "name: T\ntags: [a, b]\nexclusive: true\ntimeout: 7m\n"
             "install: {values: [values/ci.yaml], set: {persistence: {enabled: false}}, wait: none}\n"
             "steps:\n  - one: {k: v}\n  - two:\n");
  const std::vector<Scenario> scenarios = Load();
  ASSERT_EQ(Shown(), "");
  ASSERT_EQ(scenarios.size(), 1u);
  EXPECT_THAT(scenarios[0].tags, ElementsAre("a", "b"));
  EXPECT_TRUE(scenarios[0].exclusive);
  EXPECT_EQ(scenarios[0].timeout, Duration(420'000));
  EXPECT_THAT(scenarios[0].install.values_files, ElementsAre("values/ci.yaml"));
  EXPECT_EQ(scenarios[0].install.set["persistence"]["enabled"], false);
  EXPECT_EQ(scenarios[0].install.wait, InstallWait::kNone);
  EXPECT_EQ(scenarios[0].steps[0].args.Find("k")->Scalar(), "v");
  EXPECT_TRUE(scenarios[0].steps[1].args.IsNull());
}

TEST_F(LoaderTest, ReadsWhatIsInstalledAndWhere) {
  dir_.Write("smoke/x.yaml",
             "name: T\ninstall:\n  chart: chart/releases/0.1.0\n  layout: v0.16\n  admin: generated\n"
             "  namespace: {labels: {pod-security.kubernetes.io/enforce: restricted, n: 5}}\nsteps:\n  - one: {}\n");
  const std::vector<Scenario> scenarios = Load();
  ASSERT_EQ(Shown(), "");
  const InstallSpec& install = scenarios.at(0).install;
  EXPECT_EQ(install.chart, "chart/releases/0.1.0");
  EXPECT_EQ(install.layout, "v0.16");
  EXPECT_EQ(install.admin, InstallAdmin::kGenerated);
  EXPECT_THAT(install.namespace_labels, ElementsAre(std::pair<const std::string, std::string>("n", "5"),
                                                    std::pair<const std::string, std::string>(
                                                        "pod-security.kubernetes.io/enforce", "restricted")));
}

TEST_F(LoaderTest, LabelsAreAMapOfTexts) {
  EXPECT_EQ(ProblemsOf("name: T\ninstall: {namespace: {labels: [a]}}\nsteps:\n  - one: {}\n"),
            "smoke/x.yaml:2:31: error: \"labels\" takes a map, not a list\n");
  EXPECT_EQ(ProblemsOf("name: T\ninstall: {namespace: {labels: {a: [b]}}}\nsteps:\n  - one: {}\n"),
            "smoke/x.yaml:2:35: error: \"a\" of labels takes text, not a list\n");
}

TEST_F(LoaderTest, SortsFilesAndLeavesOutValues) {
  for (const char* file : {"smoke/b.yaml", "smoke/a.yaml", "persistence/z.yaml", "values/ci.yaml", "matrix.yaml"})
    dir_.Write(file, kSmallest);
  dir_.Write("values/nested/more.yml", "no YAML: [");
  std::vector<std::string> ids;
  for (const Scenario& scenario : Load()) ids.push_back(scenario.Id());
  EXPECT_EQ(Shown(), "");
  EXPECT_THAT(ids, ElementsAre("persistence/z", "smoke/a", "smoke/b"));
}

TEST_F(LoaderTest, LanesOfAQualificationAreReadApart) {
  dir_.Write("smoke/ports.yaml", kSmallest);
  dir_.Write("qualify/rollback.yaml", kSmallest);
  const auto scenarios = LoadScenarios(dir_.path(), problems_);
  ASSERT_EQ(scenarios.size(), 1u);
  EXPECT_EQ(scenarios[0].Id(), "smoke/ports");
  const auto lanes = LoadLanes(dir_.path(), problems_);
  ASSERT_EQ(lanes.size(), 1u);
  EXPECT_EQ(lanes[0].Id(), "qualify/rollback");
  EXPECT_TRUE(problems_.empty());
  dir_.Write("qualify/notes.txt", "");
  LoadLanes(dir_.path(), problems_);
  EXPECT_EQ(problems_.size(), 1u) << "a file that would never be run";
}

TEST_F(LoaderTest, AFileThatWouldNeverBeRunIsAProblem) {
  for (const char* file :
       {"smoke/good.yaml", "smoke/short.yml", "smoke/part/very/deep.yaml", "top.yaml", "smoke/notes.md"})
    dir_.Write(file, kSmallest);
  const std::vector<Scenario> scenarios = Load();
  ASSERT_EQ(scenarios.size(), 1u);
  EXPECT_EQ(scenarios[0].Id(), "smoke/good");
  const std::string why =
      ": error: not of the form <suite>/<name>.yaml or <suite>/<part>/<name>.yaml: it would never "
      "be run\n";
  EXPECT_EQ(Shown(),
            "smoke/notes.md" + why + "smoke/part/very/deep.yaml" + why + "smoke/short.yml" + why + "top.yaml" + why);
}

TEST_F(LoaderTest, ASuiteMayHaveParts) {
  dir_.Write("smoke/part/x.yaml", kSmallest);
  const std::vector<Scenario> scenarios = Load();
  ASSERT_EQ(scenarios.size(), 1u) << Shown();
  EXPECT_EQ(scenarios[0].Id(), "smoke/part/x");
  EXPECT_EQ(scenarios[0].suite, "smoke/part");
}

TEST_F(LoaderTest, AnEmptyFolderIsNoMistake) {
  dir_.Write("smoke/good.yaml", kSmallest);
  std::filesystem::create_directories(dir_ / "smoke/deep.yaml");
  EXPECT_EQ(Load().size(), 1u);
  EXPECT_EQ(Shown(), "");
}

TEST_F(LoaderTest, GivesAllMistakesOfAllFilesAndTheGoodScenarios) {
  dir_.Write("a/bad.yaml", "name: T\ntimeuot: 5m\nexclusive: maybe\nsteps: [{x: {}}]\n");
  dir_.Write("b/good.yaml", kSmallest);
  dir_.Write("c/worse.yaml", "steps: []\n");
  const std::vector<Scenario> scenarios = Load();
  ASSERT_EQ(scenarios.size(), 1u);
  EXPECT_EQ(scenarios[0].Id(), "b/good");
  EXPECT_EQ(Shown(),
            "a/bad.yaml:3:12: error: \"exclusive\" takes true or false, not \"maybe\"\n"
            "a/bad.yaml:2:1: error: a scenario has no field \"timeuot\" (did you mean \"timeout\"?)\n"
            "c/worse.yaml:1:1: error: a scenario lacks the field \"name\" (what is shown, in one sentence)\n"
            "c/worse.yaml:1:8: error: \"steps\" takes a list with at least one step, not an empty one\n");
}

TEST_F(LoaderTest, AStepIsAMapWithOneKey) {
  const std::string rule = "error: a step is a map with one key, its kind, such as  - mail.load: {count: 10}\n";
  EXPECT_EQ(ProblemsOf("name: T\nsteps:\n  - wait.usable\n  - {a: {}, b: {}}\n  - {}\n"),
            "smoke/x.yaml:3:5: " + rule + "smoke/x.yaml:4:5: " + rule + "smoke/x.yaml:5:5: " + rule);
}

TEST_F(LoaderTest, StepsAreAList) {
  EXPECT_EQ(ProblemsOf("name: T\nsteps: {a: b}\n"),
            "smoke/x.yaml:2:8: error: \"steps\" takes a list with at least one step, not a map\n");
  EXPECT_EQ(ProblemsOf("name: T\n"),
            "smoke/x.yaml:1:1: error: a scenario lacks the field \"steps\" (what is done and checked)\n");
}

TEST_F(LoaderTest, InstallIsChecked) {
  EXPECT_EQ(ProblemsOf("name: T\ninstall: {wait: ready, sett: {}}\nsteps: [{x: {}}]\n"),
            "smoke/x.yaml:2:17: error: \"wait\" can't be \"ready\"; it is one of usable, none\n"
            "smoke/x.yaml:2:24: error: install has no field \"sett\" (did you mean \"set\"?)\n");
}

TEST_F(LoaderTest, AValuesFileMustExist) {
  EXPECT_EQ(ProblemsOf("name: T\ninstall:\n  values: [values/absent.yaml]\nsteps: [{x: {}}]\n"),
            "smoke/x.yaml:3:11: error: values file values/absent.yaml does not exist\n");
}

TEST_F(LoaderTest, BrokenYamlIsAProblemOfItsFile) {
  EXPECT_EQ(ProblemsOf("name: T\nname: U\n"), "smoke/x.yaml:2:1: error: key \"name\" stands twice in the same map\n");
  EXPECT_EQ(ProblemsOf("- a\n- b\n"), "smoke/x.yaml:1:1: error: a scenario takes a map of fields, not a list\n");
}

TEST_F(LoaderTest, NoScenarioAtAllIsAProblem) {
  dir_.Write("values/ci.yaml", kSmallest);
  EXPECT_THAT(Load(), IsEmpty());
  EXPECT_EQ(Render(problems_), dir_.path().string() + ": error: no scenario (<suite>/<name>.yaml) found\n");
}

TEST_F(LoaderTest, AnAbsentFolderIsAProblem) {
  EXPECT_THAT(LoadScenarios(dir_ / "absent", problems_), IsEmpty());
  EXPECT_EQ(Render(problems_), (dir_ / "absent").string() + ": error: can't be read: No such file or directory\n");
}

class HeadsTest : public LoaderTest {
 protected:
  // What a file gives without its steps; "" when it gives nothing.
  std::string HeadOf(const std::string& text) {
    dir_.Write("smoke/x.yaml", text);
    const std::vector<Scenario> heads = LoadHeads(dir_.path(), problems_);
    if (heads.empty()) return "";
    EXPECT_THAT(heads[0].steps, IsEmpty());
    return heads[0].Id() + " " + heads[0].title + (heads[0].tags.empty() ? "" : " [" + heads[0].tags[0] + "]");
  }
};

TEST_F(HeadsTest, WhatStandsAroundTheStepsIsRead) {
  EXPECT_EQ(HeadOf(kSmallest), "smoke/x A title");
  EXPECT_EQ(HeadOf("name: T\nsteps:\n- a: {}\n\n# x\n- b: |\n    tags: [no]\ntags: [c]\n"), "smoke/x T [c]");
  EXPECT_EQ(HeadOf("steps: [{a: {}},\n {b: {}}\n]\nname: T\n"), "smoke/x T");
  EXPECT_EQ(Shown(), "");
}

TEST_F(HeadsTest, MistakesWithinTheStepsAreNotSeen) {
  EXPECT_EQ(HeadOf("name: T\nsteps:\n  - a: {b: 1, b: 2}\n"), "smoke/x T");
  EXPECT_EQ(Shown(), "");
}

TEST_F(HeadsTest, MistakesOfTheRestAreToldAsOfTheWholeFile) {
  EXPECT_EQ(HeadOf("name: T\nsteps:\n  - a: {}\n\ntag: [x]\n"), "");
  EXPECT_EQ(Shown(), "smoke/x.yaml:5:1: error: a scenario has no field \"tag\" (did you mean \"tags\"?)\n");
  EXPECT_EQ(HeadOf("name: T\n"), "");
  EXPECT_EQ(Shown(), "smoke/x.yaml:1:1: error: a scenario lacks the field \"steps\" (what is done and checked)\n");
  EXPECT_EQ(HeadOf("name: T\nsteps:\n  - a: {}\nsteps:\n  - b: {}\n"), "");
  EXPECT_EQ(Shown(), "smoke/x.yaml:4:1: error: key \"steps\" stands twice in the same map\n");
}

TEST_F(HeadsTest, FilesWhoseStepsBeginInNoLineOfTheirOwnAreReadWhole) {
  EXPECT_EQ(HeadOf("{name: T, tags: [c], steps: [{a: {}}]}\n"), "smoke/x T [c]");
  EXPECT_EQ(HeadOf("---\nname: T\nsteps:\n  - a: {}\n"), "smoke/x T");
  EXPECT_EQ(HeadOf("\"steps\":\n  - a: {}\nname: T\n"), "smoke/x T");
  EXPECT_EQ(Shown(), "");
  EXPECT_EQ(HeadOf("name: T\nsteps:\n  - a: {}\n---\nname: U\n"), "");
  EXPECT_EQ(Shown(), "smoke/x.yaml:5:1: error: more than one YAML document in the file\n");
}

TEST_F(HeadsTest, OurOwnScenariosAreTheSameWithAndWithoutTheirSteps) {
  const std::filesystem::path root = SourceDir() / "scenarios";
  const std::vector<Scenario> whole = LoadScenarios(root, problems_), heads = LoadHeads(root, problems_);
  ASSERT_EQ(heads.size(), whole.size());
  for (std::size_t i = 0; i < heads.size(); ++i) {
    EXPECT_EQ(heads[i].Id(), whole[i].Id());
    EXPECT_EQ(heads[i].title, whole[i].title);
    EXPECT_EQ(heads[i].tags, whole[i].tags);
    EXPECT_EQ(heads[i].install.values_files, whole[i].install.values_files);
  }
}

}  // namespace
}  // namespace e2e
