#include "scenario/fields.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <functional>

#include "scenario/loader.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::Optional;

// The problems of a map that is read by `read`, as a user sees them.
std::string Read(const std::string& text, const std::function<void(YamlFields&)>& read) {
  auto node = YamlNode::Parse(text, "s.yaml");
  if (!node) return node.error().Render();
  Problems problems;
  YamlFields fields(*node, "mail.load", problems);
  read(fields);
  fields.Finish();
  return Render(problems);
}

std::string ReadText(const std::string& text, std::string& target, const FieldRule& rule = {"help"}) {
  return Read(text, [&](YamlFields& fields) { fields.Text("via", target, rule); });
}
std::string ReadNumber(const std::string& text, long long& target, const FieldRule& rule = {"help"}) {
  return Read(text, [&](YamlFields& fields) { fields.Number("count", target, rule); });
}
std::string ReadSize(const std::string& text, SizeRange& target, const FieldRule& rule = {"help"}) {
  return Read(text, [&](YamlFields& fields) { fields.Size("size", target, rule); });
}

TEST(Fields, WhatIsNotThereKeepsItsDefault) {
  std::string via = "submission";
  EXPECT_EQ(ReadText("{}", via), "");
  EXPECT_EQ(ReadText("~", via), "");
  EXPECT_EQ(via, "submission");
}

TEST(Fields, ARequiredOneIsMissedWhereTheMapStands) {
  std::string via;
  EXPECT_EQ(ReadText("{}", via, {.help = "port of the Service", .required = true}),
            "s.yaml:1:1: error: mail.load lacks the field \"via\" (port of the Service)\n");
}

TEST(Fields, AnythingButAMapIsOneProblem) {
  std::string via;
  EXPECT_EQ(ReadText("[a]", via, {.help = "x", .required = true}),
            "s.yaml:1:1: error: mail.load takes a map of fields, not a list\n");
  EXPECT_EQ(ReadText("word", via), "s.yaml:1:1: error: mail.load takes a map of fields, not text\n");
}

TEST(Fields, AnUnknownKeyGetsTheNearestKnownOneOrAll) {
  std::string via;
  EXPECT_EQ(ReadText("via: x\nvai: y\n", via),
            "s.yaml:2:1: error: mail.load has no field \"vai\" (did you mean \"via\"?)\n");
  EXPECT_EQ(ReadText("via: x\nsomething: y\n", via),
            "s.yaml:2:1: error: mail.load has no field \"something\"; it has via\n");
}

TEST(Fields, Text) {
  std::string via = "submission";
  EXPECT_EQ(ReadText("via: '12'", via), "");
  EXPECT_EQ(via, "12");
  EXPECT_EQ(ReadText("via: [a]", via), "s.yaml:1:6: error: \"via\" takes text, not a list\n");
  EXPECT_EQ(ReadText("via:", via), "s.yaml:1:1: error: \"via\" takes text, not nothing\n");
  const FieldRule rule{.help = "x", .choices = {"imap", "imaps"}};
  EXPECT_EQ(ReadText("via: imaps", via, rule), "");
  EXPECT_EQ(ReadText("via: imsp", via, rule),
            "s.yaml:1:6: error: \"via\" can't be \"imsp\"; it is one of imap, imaps (did you mean \"imap\"?)\n");
  EXPECT_EQ(ReadText("via: something", via, rule),
            "s.yaml:1:6: error: \"via\" can't be \"something\"; it is one of imap, imaps\n");
}

TEST(Fields, Texts) {
  std::vector<std::string> ports = {"default"};
  const FieldRule rule{.help = "x", .choices = {"http", "imap"}};
  const auto read = [&](const std::string& text) {
    return Read(text, [&](YamlFields& fields) { fields.Texts("ports", ports, rule); });
  };
  EXPECT_EQ(read("ports: [imap, http]"), "");
  EXPECT_THAT(ports, ElementsAre("imap", "http"));
  EXPECT_EQ(read("ports: []"), "");
  EXPECT_THAT(ports, IsEmpty());
  EXPECT_EQ(read("ports: imap"), "s.yaml:1:8: error: \"ports\" takes a list, not text\n");
  EXPECT_EQ(read("ports: [imap, {}, htp]"),
            "s.yaml:1:15: error: \"ports\" takes a list of texts, not of a map\n"
            "s.yaml:1:19: error: \"ports\" can't be \"htp\"; it is one of http, imap (did you mean \"http\"?)\n");
}

TEST(Fields, Number) {
  long long count = 7;
  EXPECT_EQ(ReadNumber("count: -12", count), "");
  EXPECT_EQ(count, -12);
  EXPECT_EQ(ReadNumber("count: ten", count), "s.yaml:1:8: error: \"count\" takes a whole number, not \"ten\"\n");
  EXPECT_EQ(ReadNumber("count: '10'", count), "s.yaml:1:8: error: \"count\" takes a whole number, not \"10\"\n");
  EXPECT_EQ(ReadNumber("count: 1.5", count), "s.yaml:1:8: error: \"count\" takes a whole number, not \"1.5\"\n");
  EXPECT_EQ(ReadNumber("count: {}", count), "s.yaml:1:8: error: \"count\" takes a whole number, not a map\n");
  const FieldRule rule{.help = "x", .min = 1, .max = 9};
  EXPECT_EQ(ReadNumber("count: 0", count, rule), "s.yaml:1:8: error: \"count\" must lie between 1 and 9, not 0\n");
  EXPECT_EQ(ReadNumber("count: 10", count, rule), "s.yaml:1:8: error: \"count\" must lie between 1 and 9, not 10\n");
  EXPECT_EQ(count, -12);
  EXPECT_EQ(ReadNumber("count: 9", count, rule), "");
  EXPECT_EQ(count, 9);
  EXPECT_EQ(ReadNumber("count: 0", count, {.help = "x", .min = 1}),
            "s.yaml:1:8: error: \"count\" must be at least 1, not 0\n");
  EXPECT_EQ(ReadNumber("count: 10", count, {.help = "x", .max = 9}),
            "s.yaml:1:8: error: \"count\" must be at most 9, not 10\n");
  EXPECT_EQ(count, 9);
}

TEST(Fields, Flag) {
  bool exclusive = false;
  const auto read = [&](const std::string& text) {
    return Read(text, [&](YamlFields& fields) { fields.Flag("exclusive", exclusive, {"help"}); });
  };
  EXPECT_EQ(read("exclusive: true"), "");
  EXPECT_TRUE(exclusive);
  EXPECT_EQ(read("exclusive: yes"), "s.yaml:1:12: error: \"exclusive\" takes true or false, not \"yes\"\n");
  EXPECT_EQ(read("exclusive: 'false'"), "s.yaml:1:12: error: \"exclusive\" takes true or false, not \"false\"\n");
  EXPECT_TRUE(exclusive);
  EXPECT_EQ(read("exclusive: false"), "");
  EXPECT_FALSE(exclusive);
}

TEST(Fields, Time) {
  Duration within{0};
  const auto read = [&](const std::string& text) {
    return Read(text, [&](YamlFields& fields) { fields.Time("within", within, {"help"}); });
  };
  EXPECT_EQ(read("within: 2m"), "");
  EXPECT_EQ(within, Duration(120'000));
  EXPECT_EQ(read("within: 1440m"), "");
  EXPECT_EQ(within, Duration(86'400'000));
  EXPECT_EQ(read("within: 1ms"), "");
  for (const char* bad : {"2", "0s", "0ms", "0m", "1441m", "86401s", "86400001ms"}) {
    EXPECT_EQ(read(std::string("within: ") + bad),
              "s.yaml:1:9: error: \"within\" takes a duration such as 500ms, 30s or 2m, above zero and of at most a "
              "day, not \"" +
                  std::string(bad) + "\"\n");
  }
  EXPECT_EQ(read("within: [2s]"), "s.yaml:1:9: error: \"within\" takes a duration, not a list\n");
  EXPECT_EQ(within, Duration(1));
}

TEST(Fields, Size) {
  SizeRange size{1, 2};
  EXPECT_EQ(ReadSize("size: 1KiB..64KiB", size), "");
  EXPECT_EQ(size.min, 1024);
  EXPECT_EQ(size.max, 65536);
  EXPECT_EQ(ReadSize("size: 2MiB", size), "");
  EXPECT_EQ(size.min, 2 * 1024 * 1024);
  EXPECT_EQ(size.max, size.min);
  for (const char* bad : {"1KB", "4KiB..1KiB", "..4KiB", "1KiB..", "1..2..3", "-1"}) {
    EXPECT_EQ(
        ReadSize(std::string("size: ") + bad, size),
        std::string("s.yaml:1:7: error: \"size\" takes a size such as 4KiB or 1KiB..64KiB, not \"") + bad + "\"\n");
  }
  const FieldRule rule{.help = "x", .min = 512, .max = 1024};
  EXPECT_EQ(ReadSize("size: 511..600", size, rule),
            "s.yaml:1:7: error: \"size\" must lie between 512 and 1024 octets, not \"511..600\"\n");
  EXPECT_EQ(ReadSize("size: 600..1025", size, rule),
            "s.yaml:1:7: error: \"size\" must lie between 512 and 1024 octets, not \"600..1025\"\n");
  EXPECT_EQ(ReadSize("size: 511", size, {.help = "x", .min = 512}),
            "s.yaml:1:7: error: \"size\" must be at least 512 octets, not \"511\"\n");
}

TEST(Fields, Object) {
  nlohmann::json set;
  const auto read = [&](const std::string& text) {
    return Read(text, [&](YamlFields& fields) { fields.Object("set", set, {"help"}); });
  };
  EXPECT_EQ(read("set: {persistence: {enabled: false}, any: [1]}"), "");
  EXPECT_EQ(set, nlohmann::json::parse(R"({"persistence": {"enabled": false}, "any": [1]})"));
  EXPECT_EQ(read("set: [a]"), "s.yaml:1:6: error: \"set\" takes a map, not a list\n");
}

TEST(ParseDuration, NeedsAUnitAndAWholeNumber) {
  EXPECT_THAT(ParseDuration("500ms"), Optional(Eq(Duration(500))));
  EXPECT_THAT(ParseDuration("30s"), Optional(Eq(Duration(30'000))));
  EXPECT_THAT(ParseDuration("0s"), Optional(Eq(Duration(0))));
  EXPECT_THAT(ParseDuration("2m"), Optional(Eq(Duration(120'000))));
  for (const char* bad : {"", "5", "s", "ms", "-1s", "1.5s", "1 s", "1h", "9223372036854775807m"}) {
    EXPECT_EQ(ParseDuration(bad), std::nullopt) << bad;
  }
}

TEST(ParseSize, KnowsOctetsKibAndMib) {
  EXPECT_THAT(ParseSize("7"), Optional(Eq(7)));
  EXPECT_THAT(ParseSize("3KiB"), Optional(Eq(3072)));
  EXPECT_THAT(ParseSize("1MiB"), Optional(Eq(1048576)));
  for (const char* bad : {"", "KiB", "1kb", "1GiB", "-1", "9223372036854775807KiB"}) {
    EXPECT_EQ(ParseSize(bad), std::nullopt) << bad;
  }
}

struct Inner : FieldGroup {
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("word", word,
                 {.help = "a word", .check = [](const std::string& text) { return text == "bad" ? "is bad" : ""; }});
  }
  std::string Check() const override { return word.empty() ? "needs a word" : ""; }
  std::vector<std::string> SavesValues() const override { return {word}; }
  std::string word;
};

std::string ReadGroups(const std::string& text, FieldGroupsOf<Inner>& groups, std::vector<std::string> names = {}) {
  auto node = YamlNode::Parse(text, "s.yaml");
  if (!node) return node.error().Render();
  Problems problems;
  YamlFields fields(*node, "dialogue", problems, &names);
  fields.Groups("lines", groups, {.help = "its lines", .required = true});
  fields.Finish();
  return Render(problems);
}

TEST(Fields, GroupsAreReadInOrderWithTheirPlaces) {
  FieldGroupsOf<Inner> groups;
  EXPECT_EQ(ReadGroups("lines:\n  - word: a\n  - {word: b}\n", groups), "");
  ASSERT_EQ(groups.items.size(), 2u);
  EXPECT_EQ(groups.items[1].word, "b");
  EXPECT_TRUE(groups.items[1].given);
  EXPECT_EQ(groups.items[1].where.Text(), "s.yaml:3:5");
}

TEST(Fields, GroupsTellEveryMistakeOfEveryItem) {
  FieldGroupsOf<Inner> groups;
  EXPECT_EQ(ReadGroups("lines:\n  - wrod: a\n  - {}\n  - text\n  - word: bad\n", groups),
            "s.yaml:2:5: error: an item of \"lines\" has no field \"wrod\" (did you mean \"word\"?)\n"
            "s.yaml:3:5: error: needs a word\n"
            "s.yaml:4:5: error: \"lines\" takes a list of maps, not of text\n"
            "s.yaml:5:11: error: \"word\": is bad\n");
  EXPECT_EQ(ReadGroups("lines: {}", groups), "s.yaml:1:8: error: \"lines\" takes a list, not a map\n");
  EXPECT_EQ(ReadGroups("lines: []", groups), "s.yaml:1:8: error: \"lines\" takes a list with at least one item\n");
}

TEST(Fields, TextsMayReferToWhatAGroupBeforeThemSaved) {
  FieldGroupsOf<Inner> groups;
  EXPECT_EQ(ReadGroups("lines: [{word: one}, {word: '${one}'}, {word: '${run.id}'}]", groups, {"run.id"}), "");
  EXPECT_EQ(ReadGroups("lines: [{word: '${one}'}, {word: one}]", groups, {"run.id"}),
            "s.yaml:1:16: error: there is no value \"one\" here; there are run.id\n");
}

TEST(Fields, TextsOfForeignMapsAreCheckedToo) {
  auto node = YamlNode::Parse("match: {a: [{b: '${nmae}'}]}", "s.yaml");
  ASSERT_TRUE(node);
  Problems problems;
  std::vector<std::string> names = {"name"};
  YamlFields fields(*node, "kube.expect", problems, &names);
  nlohmann::json match;
  fields.Object("match", match, {"what it holds"});
  EXPECT_EQ(Render(problems), "s.yaml:1:17: error: there is no value \"nmae\" here (did you mean \"name\"?)\n");
}

}  // namespace
}  // namespace e2e
