#include "base/yaml.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Outcome<YamlNode> Parse(std::string_view text) {
  return YamlNode::Parse(text, "f.yaml");
}

// The value of a text that must parse.
YamlNode Good(std::string_view text) {
  auto node = Parse(text);
  if (!node) ADD_FAILURE() << node.error().Render();
  return std::move(node).value();
}

TEST(Yaml, KnowsKindAndPlaceOfEveryNode) {
  const YamlNode root = Good("name: x\nlist:\n  - a\n  - {b: c}\nnone:\n");
  ASSERT_TRUE(root.IsMap());
  EXPECT_EQ(root.Find("name")->where().Text(), "f.yaml:1:7");
  const YamlNode& list = *root.Find("list");
  ASSERT_TRUE(list.IsSequence());
  EXPECT_EQ(list.Items()[1].where().Text(), "f.yaml:4:5");
  EXPECT_EQ(list.Items()[1].Entries()[0].first.where().Text(), "f.yaml:4:6");
  EXPECT_TRUE(root.Find("none")->IsNull());
  EXPECT_EQ(root.Find("absent"), nullptr);
}

TEST(Yaml, KeepsTheOrderOfTheFile) {
  const YamlNode root = Good("z: 1\na: 2\nm: 3\n");
  std::string keys;
  for (const auto& [key, value] : root.Entries()) keys += key.Scalar();
  EXPECT_EQ(keys, "zam");
}

TEST(Yaml, SaysWhatANodeIs) {
  EXPECT_EQ(Good("{}").KindText(), "a map");
  EXPECT_EQ(Good("[]").KindText(), "a list");
  EXPECT_EQ(Good("x").KindText(), "text");
  EXPECT_EQ(Good("~").KindText(), "nothing");
}

TEST(Yaml, TellsQuotedScalarsFromPlainOnes) {
  const YamlNode root = Good("plain: 12\ndouble: \"12\"\nsingle: '12'\nnone: ''\n");
  EXPECT_FALSE(root.Find("plain")->Quoted());
  EXPECT_TRUE(root.Find("double")->Quoted());
  EXPECT_TRUE(root.Find("single")->Quoted());
  EXPECT_TRUE(root.Find("none")->Quoted());
  EXPECT_EQ(root.Find("double")->Scalar(), "12");
  EXPECT_TRUE(root.Find("none")->IsScalar());
}

TEST(Yaml, BecomesJson) {
  const YamlNode root = Good("b: true\nn: -5\nt: \"5\"\nf: 1.5\nl: [yes, false, ~]\nm: {k: v}\nq: 'true'\n");
  EXPECT_EQ(root.ToJson(), nlohmann::json::parse(R"({"b": true, "n": -5, "t": "5", "f": "1.5",
      "l": ["yes", false, null], "m": {"k": "v"}, "q": "true"})"));
}

TEST(Yaml, RefusesDuplicateKeysWhereTheSecondStands) {
  EXPECT_THAT(Parse("a: 1\nb: 2\na: 3\n"),
              FailsWith(ErrorKind::kBadScenario, "f.yaml:3:1: key \"a\" stands twice in the same map"));
  EXPECT_THAT(Parse("x:\n  - {k: 1, k: 2}\n"),
              FailsWith(ErrorKind::kBadScenario, StartsWith("f.yaml:2:12: key \"k\"")));
  EXPECT_THAT(Parse("a: {k: 1}\nb: {k: 1}\n"), Succeeds());
}

TEST(Yaml, RefusesMergeKeys) {
  EXPECT_THAT(Parse("a:\n  <<: {b: 1}\n"),
              FailsWith(ErrorKind::kBadScenario, StartsWith("f.yaml:2:3: YAML merge keys")));
}

TEST(Yaml, RefusesAliasesAtTheAlias) {
  EXPECT_THAT(Parse("a: &x 1\nb: *x\n"), FailsWith(ErrorKind::kBadScenario, StartsWith("f.yaml:2:4: YAML aliases")));
  EXPECT_THAT(Parse("a: &x {k: 1}\nb: 2\nc: [3, *x]\n"), FailsWith(ErrorKind::kBadScenario, StartsWith("f.yaml:3:8:")));
}

TEST(Yaml, RefusesTags) {
  EXPECT_THAT(Parse("a: !!str 5\n"), FailsWith(ErrorKind::kBadScenario, StartsWith("f.yaml:1:4: YAML tags")));
  EXPECT_THAT(Parse("a:\n  b: !mine {}\n"), FailsWith(ErrorKind::kBadScenario, HasSubstr("!mine")));
}

TEST(Yaml, RefusesKeysThatAreNotText) {
  EXPECT_THAT(Parse("a: 1\n[x]: 2\n"), FailsWith(ErrorKind::kBadScenario, "f.yaml:2:1: a key must be plain text"));
}

TEST(Yaml, OfSeveralMistakesOneIsToldTheOneOfTheWholeText) {
  EXPECT_THAT(Parse("a: !x 1\na: &y 2\nb: *y\n"),
              FailsWith(ErrorKind::kBadScenario, StartsWith("f.yaml:3:4: YAML al")));
  EXPECT_THAT(Parse("a: !x 1\na: 2\n"), FailsWith(ErrorKind::kBadScenario, StartsWith("f.yaml:1:4: YAML tags")));
  EXPECT_THAT(Parse("a: 1\na: 2\n---\nb: 1\n"), FailsWith(ErrorKind::kBadScenario, HasSubstr("more than one YAML")));
  EXPECT_THAT(Parse("a: 1\na: 2\nb: [\n"), FailsWith(ErrorKind::kBadScenario, HasSubstr("broken YAML")));
}

TEST(Yaml, RefusesAllButOneDocument) {
  EXPECT_THAT(Parse("a: 1\n---\nb: 2\n"),
              FailsWith(ErrorKind::kBadScenario, "f.yaml:3:1: more than one YAML document in the file"));
  EXPECT_THAT(Parse(""), FailsWith(ErrorKind::kBadScenario, "f.yaml:1:1: the file is empty"));
  EXPECT_THAT(Parse("# only a comment\n"), FailsWith(ErrorKind::kBadScenario, "f.yaml:1:1: the file is empty"));
  EXPECT_THAT(Parse("---\na: 1\n"), Succeeds());
}

TEST(Yaml, AStreamIsSplitIntoItsDocuments) {
  using testing::ElementsAre;
  EXPECT_THAT(SplitYamlDocuments("---\na: 1\n---\n# Source: x\n\n--- # next\nb: |\n  ---\n  text\n---\n"),
              ElementsAre("a: 1\n", "b: |\n  ---\n  text\n"));
  EXPECT_THAT(SplitYamlDocuments("a: 1"), ElementsAre("a: 1"));
  EXPECT_THAT(SplitYamlDocuments("----\n"), ElementsAre("----\n"));
  EXPECT_THAT(SplitYamlDocuments("# nothing\n---\n"), testing::IsEmpty());
}

TEST(Yaml, BrokenTextHasLineAndColumn) {
  EXPECT_THAT(Parse("a: 1\nb: [1, 2\nc: 3\n"),
              FailsWith(ErrorKind::kBadScenario, StartsWith("f.yaml:3:2: broken YAML: ")));
  EXPECT_THAT(Parse("a: 1\n\tb: 2\n"), FailsWith(ErrorKind::kBadScenario, StartsWith("f.yaml:2:")));
}

TEST(Yaml, ReadsFilesAndSaysWhyItCanNot) {
  const TempDir dir;
  const auto file = dir.Write("s.yaml", "a: {a: 1, b: 2}\nb: x\n");
  const auto node = YamlNode::ParseFile(file.string());
  ASSERT_THAT(node, Succeeds());
  EXPECT_EQ(node->Find("b")->where().Text(), file.string() + ":2:4");
  const std::string absent = (dir / "absent.yaml").string();
  EXPECT_THAT(YamlNode::ParseFile(absent),
              FailsWith(ErrorKind::kBadScenario, absent + ": can't be read: No such file or directory"));
  EXPECT_THAT(YamlNode::ParseFile(dir.path().string()),
              FailsWith(ErrorKind::kBadScenario, dir.path().string() + ": can't be read: Is a directory"));
}

}  // namespace
}  // namespace e2e
