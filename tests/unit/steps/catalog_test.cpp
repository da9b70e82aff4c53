#include "steps/catalog.h"

#include <gmock/gmock.h>

#include <set>

#include "scenario/loader.h"
#include "steps/lint.h"
#include "steps/make_step.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

// Saves and needs whatever it is told, and keeps a number.
class FakeStep : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("save", save, {"a name"});
    visitor.Text("need", need, {"a name"});
    visitor.Number("count", count, {.help = "a number", .max = 9});
  }
  std::vector<std::string> Saves() const override { return {"thing " + save}; }
  std::vector<std::string> Needs() const override { return {"thing " + need}; }
  Outcome<std::string> Run(World&, Deadline) override { return std::string("ran"); }

  std::string save, need;
  long long count = 5;
};

const std::vector<StepKind> kKinds = {
    {"fake.one", "a fake", Duration(7'000), MakeStep<FakeStep>()},
    {"fake.two", "a fake", Duration(9'000), MakeStep<FakeStep>()},
};

class CompileTest : public testing::Test {
 protected:
  std::optional<CompiledScenario> CompileSteps(const std::string& steps, const std::vector<StepKind>& kinds) {
    auto list = YamlNode::Parse(steps, "s.yaml");
    if (!list) ADD_FAILURE() << list.error().Render();
    Scenario scenario;
    scenario.title = "T";
    for (const YamlNode& item : list->Items()) {
      const auto& [key, args] = item.Entries().front();
      scenario.steps.push_back({key.Scalar(), key.where(), args});
    }
    return Compile(std::move(scenario), kinds, problems_);
  }
  std::optional<CompiledScenario> CompileSteps(const std::string& steps) { return CompileSteps(steps, kKinds); }
  std::string ProblemsOf(const std::string& steps) {
    problems_.clear();
    EXPECT_FALSE(CompileSteps(steps)) << steps;
    return Render(problems_);
  }
  Problems problems_;
};

TEST_F(CompileTest, TypesEveryStepInItsOrder) {
  const auto compiled = CompileSteps("- fake.one: {count: 3}\n- fake.two:\n");
  ASSERT_TRUE(compiled) << Render(problems_);
  EXPECT_EQ(compiled->scenario.title, "T");
  ASSERT_EQ(compiled->steps.size(), 2u);
  EXPECT_EQ(compiled->steps[0].kind, "fake.one");
  EXPECT_EQ(compiled->steps[0].where.Text(), "s.yaml:1:3");
  EXPECT_EQ(dynamic_cast<FakeStep&>(*compiled->steps[0].step).count, 3);
  EXPECT_EQ(compiled->steps[1].kind, "fake.two");
  EXPECT_EQ(dynamic_cast<FakeStep&>(*compiled->steps[1].step).count, 5);
}

TEST_F(CompileTest, WithinIsTheKindsUnlessTheScenarioSays) {
  const auto compiled = CompileSteps("- fake.one: {}\n- fake.two: {}\n- fake.two: {within: 90s}\n");
  ASSERT_TRUE(compiled) << Render(problems_);
  EXPECT_EQ(compiled->steps[0].step->within, Duration(7'000));
  EXPECT_EQ(compiled->steps[1].step->within, Duration(9'000));
  EXPECT_EQ(compiled->steps[2].step->within, Duration(90'000));
}

TEST_F(CompileTest, AnUnknownKindGetsTheNearestOneOrAll) {
  EXPECT_EQ(ProblemsOf("- fake.on: {}\n"),
            "s.yaml:1:3: error: there is no step \"fake.on\" (did you mean \"fake.one\"?)\n");
  EXPECT_EQ(ProblemsOf("- something.else: {}\n"),
            "s.yaml:1:3: error: there is no step \"something.else\"; the steps are fake.one, fake.two\n");
}

TEST_F(CompileTest, GivesAllMistakesOfAllSteps) {
  EXPECT_EQ(ProblemsOf("- fake.one: {count: 10}\n- fake.tow: {}\n- fake.two: {cuont: 1, need: x}\n"),
            "s.yaml:1:21: error: \"count\" must be at most 9, not 10\n"
            "s.yaml:2:3: error: there is no step \"fake.tow\" (did you mean \"fake.two\"?)\n"
            "s.yaml:3:14: error: fake.two has no field \"cuont\" (did you mean \"count\"?)\n"
            "s.yaml:3:3: error: fake.two needs the thing x, which no step before it saves\n");
}

TEST_F(CompileTest, ANameMustBeSavedByAnEarlierStep) {
  EXPECT_TRUE(CompileSteps("- fake.one: {save: x}\n- fake.two: {need: x}\n"));
  EXPECT_EQ(ProblemsOf("- fake.two: {need: x}\n- fake.one: {save: x}\n"),
            "s.yaml:1:3: error: fake.two needs the thing x, which no step before it saves\n");
  EXPECT_EQ(ProblemsOf("- fake.one: {save: x, need: x}\n"),
            "s.yaml:1:3: error: fake.one needs the thing x, which no step before it saves\n");
}

// Of each sort of name: the step that saves it, and the one that needs it.
struct Names {
  std::string sort, saves, needs;
};
const std::vector<Names> kNames = {
    {"message", "mail.send: {save: n}", "mail.expect: {message: n}"},
    {"ledger", "mail.load: {count: 4, save: n}", "mail.verify: {ledger: n}"},
    {"volume", "volume.remember: {save: n}", "volume.same: {as: n}"},
    {"fingerprint", "volume.fingerprint: {save: n}", "volume.unchanged: {as: n}"},
};

TEST_F(CompileTest, ANameCountsOnlyForWhatItNames) {
  for (const Names& saved : kNames) {
    for (const Names& needed : kNames) {
      problems_.clear();
      const auto compiled = CompileSteps("- " + saved.saves + "\n- " + needed.needs + "\n", BuiltinSteps());
      EXPECT_EQ(compiled.has_value(), saved.sort == needed.sort) << saved.saves << ", " << needed.needs;
      const std::string kind = needed.needs.substr(0, needed.needs.find(':'));
      EXPECT_EQ(Render(problems_), compiled ? ""
                                            : "s.yaml:2:3: error: " + kind + " needs the " + needed.sort +
                                                  " n, which no step before it saves\n");
    }
  }
}

TEST_F(CompileTest, FilesThatStepsNameHaveToBeThere) {
  const TempDir root;
  root.Write("manifests/there.yaml", "");
  const auto compiled = CompileSteps(
      "- kube.apply: {manifests: [there.yaml, gone.yaml]}\n"
      "- check: {id: a, rfc: R, says: s, steps: [{wait.verdict: {manifest: lost.yaml}}]}\n",
      BuiltinSteps());
  ASSERT_TRUE(compiled) << Render(problems_);
  RequireFiles(*compiled, root.path(), problems_);
  EXPECT_EQ(Render(problems_), "s.yaml:1:3: error: file " + (root / "manifests/gone.yaml").string() +
                                   " does not exist\n" + "s.yaml:2:44: error: file " +
                                   (root / "manifests/lost.yaml").string() + " does not exist\n");
}

TEST_F(CompileTest, AMissingNameIsToldOnce) {
  EXPECT_FALSE(CompileSteps("- mail.verify: {}\n", BuiltinSteps()));
  EXPECT_EQ(problems_.size(), 1u) << Render(problems_);
}

TEST(BuiltinSteps, HaveNamesOfTheirOwnHelpAndALimit) {
  std::set<std::string> names;
  for (const StepKind& kind : BuiltinSteps()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_FALSE(kind.help.empty()) << kind.name;
    EXPECT_GT(kind.within, Duration(0)) << kind.name;
    EXPECT_NE(kind.make(), nullptr) << kind.name;
  }
  EXPECT_GE(names.size(), 34u);
}

TEST(BuiltinSteps, WhatOnlyChangesTheProductIsNoCheck) {
  const std::vector<std::string> families_of_changes = {"fault.",        "helm.install",   "helm.upgrade",
                                                        "helm.rollback", "helm.uninstall", "kube.patch",
                                                        "mail.send",     "mail.load"};
  for (const StepKind& kind : BuiltinSteps()) {
    for (const std::string& change : families_of_changes) {
      EXPECT_FALSE(kind.checks && kind.name.starts_with(change)) << kind.name;
    }
    const bool looks = kind.name.ends_with(".expect") || kind.name.starts_with("wait.");
    EXPECT_TRUE(kind.checks || !looks) << kind.name;
  }
}

TEST(BuiltinSteps, EveryFaultOwesAReceipt) {
  for (const StepKind& kind : BuiltinSteps()) {
    EXPECT_EQ(kind.breaks, kind.name.starts_with("fault.") || kind.name == "kube.scale") << kind.name;
  }
}

TEST_F(CompileTest, AStepBreaksWhenItsKindDoes) {
  const auto compiled = CompileSteps("- fault.kill: {}\n- wait.usable: {}\n", BuiltinSteps());
  ASSERT_TRUE(compiled) << Render(problems_);
  EXPECT_TRUE(compiled->steps[0].breaks);
  EXPECT_FALSE(compiled->steps[1].breaks);
}

TEST_F(CompileTest, AStepChecksWhenItsKindDoes) {
  const auto compiled = CompileSteps("- mail.send: {save: n}\n- mail.expect: {message: n}\n", BuiltinSteps());
  ASSERT_TRUE(compiled) << Render(problems_);
  EXPECT_FALSE(compiled->steps[0].checks);
  EXPECT_TRUE(compiled->steps[1].checks);
}

// What a step shows of itself.
class FieldNames : public FieldVisitor {
 public:
  void Text(std::string_view name, std::string&, const FieldRule& rule) override { Add(name, rule); }
  void Texts(std::string_view name, std::vector<std::string>&, const FieldRule& rule) override { Add(name, rule); }
  void Number(std::string_view name, long long&, const FieldRule& rule) override { Add(name, rule); }
  void Flag(std::string_view name, bool&, const FieldRule& rule) override { Add(name, rule); }
  void Time(std::string_view name, Duration&, const FieldRule& rule) override { Add(name, rule); }
  void Size(std::string_view name, SizeRange&, const FieldRule& rule) override { Add(name, rule); }
  void Object(std::string_view name, nlohmann::json&, const FieldRule& rule) override { Add(name, rule); }
  void TextMap(std::string_view name, std::map<std::string, std::string>&, const FieldRule& rule) override {
    Add(name, rule);
  }
  void Group(std::string_view name, FieldGroup&, const FieldRule& rule) override { Add(name, rule); }
  void Groups(std::string_view name, FieldGroups&, const FieldRule& rule) override { Add(name, rule); }
  void Steps(std::string_view name, std::vector<StepSpec>&, const FieldRule& rule) override { Add(name, rule); }
  void Add(std::string_view name, const FieldRule& rule) {
    EXPECT_FALSE(rule.help.empty()) << name;
    names.emplace_back(name);
  }
  std::vector<std::string> names;
};

TEST(BuiltinSteps, ExplainEveryFieldAndEndWithWithin) {
  for (const StepKind& kind : BuiltinSteps()) {
    FieldNames fields;
    VisitFields(*kind.make(), fields);
    EXPECT_EQ(fields.names.back(), "within") << kind.name;
    EXPECT_EQ(std::set<std::string>(fields.names.begin(), fields.names.end()).size(), fields.names.size()) << kind.name;
  }
}

}  // namespace
}  // namespace e2e
