#include "steps/post_render.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "base/yaml.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kManifests =
    "---\n# Source: a\nkind: Service\nmetadata: {name: stalwart}\nspec: {ports: [{port: 25}, {port: 143}]}\n"
    "---\nkind: Service\nmetadata: {name: other}\nspec: {ports: [{port: 80}]}\n"
    "---\nkind: Deployment\nmetadata: {name: stalwart}\nspec: {replicas: 1, version: \"1.10\"}\n";

ObjectPatch Patch(const std::string& kind, const std::string& name, json operations, const std::string& when = "") {
  return {kind, name, when, std::move(operations)};
}

json Remove(const std::string& path) {
  return json::array({{{"op", "remove"}, {"path", path}}});
}

std::vector<json> Objects(const Outcome<std::string>& rendered) {
  EXPECT_THAT(rendered, Succeeds());
  std::vector<json> objects;
  for (const std::string& text : SplitYamlDocuments(*rendered)) objects.push_back(YamlNode::Parse(text, "x")->ToJson());
  return objects;
}

std::string Refusal(const ObjectPatch& patch) {
  const auto rendered = PostRender({patch}, "install", kManifests);
  EXPECT_FALSE(rendered);
  if (rendered) return "";
  EXPECT_EQ(rendered.error().kind(), ErrorKind::kExpectation);
  return rendered.error().message();
}

TEST(PostRender, ChangesTheObjectThatIsNamedAndNoOther) {
  const auto rendered = PostRender({Patch("Service", "stalwart", Remove("/spec/ports/1"))}, "install", kManifests);
  const std::vector<json> objects = Objects(rendered);
  ASSERT_THAT(objects, SizeIs(3));
  EXPECT_EQ(objects[0]["spec"]["ports"], json::parse(R"([{"port": 25}])"));
  EXPECT_EQ(objects[1]["spec"]["ports"], json::parse(R"([{"port": 80}])"));
  EXPECT_THAT(*rendered, HasSubstr("version: \"1.10\"")) << "what is not patched stays as it is written";
}

TEST(PostRender, WithoutANameItChangesAllOfTheKind) {
  const auto objects = Objects(PostRender({Patch("Service", "", Remove("/spec/ports/0"))}, "install", kManifests));
  EXPECT_THAT(objects.at(0)["spec"]["ports"], SizeIs(1));
  EXPECT_THAT(objects.at(1)["spec"]["ports"], SizeIs(0));
}

TEST(PostRender, APatchOfUpgradesLeavesAnInstallAlone) {
  const std::vector<ObjectPatch> patches = {Patch("Deployment", "stalwart", Remove("/spec/replicas"), "upgrade")};
  EXPECT_TRUE(Objects(PostRender(patches, "install", kManifests)).at(2)["spec"].contains("replicas"));
  EXPECT_FALSE(Objects(PostRender(patches, "upgrade", kManifests)).at(2)["spec"].contains("replicas"));
}

TEST(PostRender, ASelectorThatMatchesNothingIsRefused) {
  EXPECT_EQ(Refusal(Patch("StatefulSet", "stalwart", Remove("/spec"))),
            "no object is StatefulSet stalwart: nothing to patch");
  EXPECT_EQ(Refusal(Patch("Deployment", "mail", Remove("/spec"))), "no object is Deployment mail: nothing to patch");
}

TEST(PostRender, APatchThatDoesNotApplyIsRefused) {
  EXPECT_THAT(Refusal(Patch("Deployment", "stalwart", Remove("/spec/nothing"))),
              HasSubstr("the patch of Deployment stalwart does not apply"));
}

TEST(PostRender, APatchThatChangesNothingIsRefused) {
  const json same = json::array({{{"op", "replace"}, {"path", "/spec/replicas"}, {"value", 1}}});
  EXPECT_EQ(Refusal(Patch("Deployment", "stalwart", same)), "the patch of Deployment stalwart changes nothing");
}

}  // namespace
}  // namespace e2e
