#include "steps/subset.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace e2e {
namespace {

using nlohmann::json;
using testing::Eq;
using testing::Optional;

std::optional<std::string> Difference(const std::string& expected, const std::string& actual) {
  return FindDifference(json::parse(expected), json::parse(actual));
}

TEST(FindDifference, MapsMayHoldMore) {
  EXPECT_EQ(Difference(R"({"a": 1, "b": {"c": "x"}})", R"({"a": 1, "b": {"c": "x", "d": 2}, "e": []})"), std::nullopt);
  EXPECT_EQ(Difference("{}", R"({"a": 1})"), std::nullopt);
}

TEST(FindDifference, NamesThePathOfTheFirstOne) {
  EXPECT_THAT(Difference(R"({"a": {"b": 1}})", R"({"a": {"b": 2}})"), Optional(Eq("a.b: expected 1, is 2")));
  EXPECT_THAT(Difference(R"({"a": {"b": "x"}})", R"({"a": {}})"), Optional(Eq("a.b: expected \"x\", is not there")));
  EXPECT_THAT(Difference(R"({"a": {"b": 1}})", R"({"a": [1]})"), Optional(Eq("a: expected {\"b\":1}, is [1]")));
}

TEST(FindDifference, TypesMatter) {
  EXPECT_THAT(Difference(R"({"a": 1})", R"({"a": "1"})"), Optional(Eq("a: expected 1, is \"1\"")));
  EXPECT_THAT(Difference(R"({"a": true})", R"({"a": null})"), Optional(Eq("a: expected true, is null")));
}

TEST(FindDifference, ItemsWithANameAreComparedWithTheirNamesake) {
  const std::string actual = R"({"c": [{"name": "side", "port": 1}, {"name": "stalwart", "port": 5, "more": 0}]})";
  EXPECT_EQ(Difference(R"({"c": [{"name": "stalwart", "port": 5}]})", actual), std::nullopt);
  EXPECT_THAT(Difference(R"({"c": [{"name": "stalwart", "port": 10}]})", actual),
              Optional(Eq("c[name=stalwart].port: expected 10, is 5")));
  EXPECT_THAT(Difference(R"({"c": [{"name": "other"}]})", actual),
              Optional(Eq("c: no item matches {\"name\":\"other\"}")));
}

TEST(FindDifference, ItemsWithoutANameMatchAnyItem) {
  EXPECT_EQ(Difference(R"({"l": [3, 1]})", R"({"l": [1, 2, 3]})"), std::nullopt);
  EXPECT_EQ(Difference(R"({"l": [{"port": 25}]})", R"({"l": [{"port": 587}, {"port": 25, "x": 1}]})"), std::nullopt);
  EXPECT_THAT(Difference(R"({"l": [4]})", R"({"l": [1, 2]})"), Optional(Eq("l[]: expected 4, is 2")));
  EXPECT_THAT(Difference(R"({"l": [4]})", R"({"l": []})"), Optional(Eq("l: no item matches 4")));
}

TEST(FindDifference, ANameNeedNotBeText) {
  EXPECT_EQ(Difference(R"({"l": [{"name": 5}]})", R"({"l": [{"name": 5}]})"), std::nullopt);
  EXPECT_THAT(Difference(R"({"l": [{"name": 5, "a": 1}]})", R"({"l": ["x", {"name": 5}]})"),
              Optional(Eq("l[name=5].a: expected 1, is not there")));
}

}  // namespace
}  // namespace e2e
