// What an upgrade changes between two renders, and what of it cannot be done.
#include "cluster/manifest_diff.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kClaim = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: mail}
spec: {storageClassName: standard, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
)";
constexpr const char* kDeployment = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: mail, labels: {app.kubernetes.io/name: mail}}
spec:
  selector: {matchLabels: {app: mail}}
  template:
    spec:
      containers:
        - {name: server, image: "a:1"}
        - {name: helper, image: "b:1"}
)";

std::string With(std::string text, const std::string& old_words, const std::string& new_words) {
  const std::size_t at = text.find(old_words);
  EXPECT_NE(at, std::string::npos) << old_words;
  return text.replace(at, old_words.size(), new_words);
}

ManifestDiff Compare(const std::string& before, const std::string& after) {
  auto diff = CompareManifests(before, after);
  EXPECT_THAT(diff, Succeeds());
  return diff ? std::move(*diff) : ManifestDiff{};
}

// Each change as one line.
std::vector<std::string> Lines(const ManifestDiff& diff) {
  std::vector<std::string> lines;
  for (const ObjectChange& object : diff.objects) {
    if (object.what == ObjectChange::What::kAdded) lines.push_back("+ " + object.kind + " " + object.name);
    if (object.what == ObjectChange::What::kRemoved) lines.push_back("- " + object.kind + " " + object.name);
    for (const FieldChange& field : object.fields)
      lines.push_back(object.kind + " " + field.path + " " + field.before.value_or("none") + " " +
                      field.after.value_or("none"));
  }
  return lines;
}

TEST(ManifestDiffTest, TheSameInAnotherOrderAndFormIsNoChange) {
  const std::string one = std::string(kClaim) + "---" + kDeployment, two = std::string(kDeployment) + "---" + kClaim;
  EXPECT_THAT(Compare(one, two).objects, IsEmpty());
  EXPECT_EQ(AsMarkdown(Compare(one, two)), "The manifests are the same.\n");
}

TEST(ManifestDiffTest, AnAddedLabelIsOneFieldAndPossible) {
  const ManifestDiff diff = Compare(kDeployment, With(kDeployment, "labels: {", "labels: {team: post, "));
  EXPECT_THAT(Lines(diff), ElementsAre("Deployment metadata.labels.team none \"post\""));
  EXPECT_THAT(diff.Impossible(), IsEmpty());
  EXPECT_THAT(AsMarkdown(diff), HasSubstr("| `metadata.labels.team` |  | `\"post\"` |\n"));
}

TEST(ManifestDiffTest, ARenamedClaimIsNamed) {
  const ManifestDiff diff = Compare(kClaim, With(kClaim, "name: mail", "name: post"));
  EXPECT_THAT(Lines(diff), ElementsAre("- PersistentVolumeClaim mail", "+ PersistentVolumeClaim post"));
  EXPECT_THAT(diff.Impossible(),
              ElementsAre("PersistentVolumeClaim mail: is gone: another claim has none of its data"));
  EXPECT_THAT(AsMarkdown(diff), HasSubstr("**An upgrade can't do this:**\n- PersistentVolumeClaim mail: is gone"));
}

TEST(ManifestDiffTest, EntriesOfAListGoByTheirName) {
  const std::string after =
      With(With(kDeployment, "a:1", "a:2"), "- {name: server", "- {name: new}\n        - {name: server");
  EXPECT_THAT(Lines(Compare(kDeployment, after)),
              ElementsAre(R"(Deployment spec.template.spec.containers[new] none {"name":"new"})",
                          R"(Deployment spec.template.spec.containers[server].image "a:1" "a:2")"));
}

// Init containers run one after another.
TEST(ManifestDiffTest, AnotherOrderOfAListIsAChange) {
  const std::string map =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {initContainers: [{name: a}, {name: b}]}\n";
  EXPECT_THAT(Lines(Compare(map, With(map, "{name: a}, {name: b}", "{name: b}, {name: a}"))),
              ElementsAre(R"(Pod spec.initContainers [{"name":"a"},{"name":"b"}] [{"name":"b"},{"name":"a"}])"));
}

TEST(ManifestDiffTest, WhatIsOnOneSideOnlyIsOneChange) {
  EXPECT_THAT(Lines(Compare(kDeployment, With(kDeployment, "- {name: helper, image: \"b:1\"}", ""))),
              ElementsAre(R"(Deployment spec.template.spec.containers[helper] {"image":"b:1","name":"helper"} none)"));
}

TEST(ManifestDiffTest, EntriesThatGetANameAreTheSameEntries) {
  const std::string ports = With(kDeployment, "image: \"a:1\"", "ports: [{containerPort: 25}, {containerPort: 143}]");
  EXPECT_THAT(Lines(Compare(ports, With(ports, "containerPort: 25", "containerPort: 25, name: smtp"))),
              ElementsAre("Deployment spec.template.spec.containers[server].ports[25].name none \"smtp\""));
}

TEST(ManifestDiffTest, AnotherListIsOneValueAndAKeyWithDotsStandsInBrackets) {
  EXPECT_THAT(
      Lines(Compare(kClaim, With(kClaim, "[ReadWriteOnce]", "[ReadWriteOnce, ReadOnlyMany]"))),
      ElementsAre(R"(PersistentVolumeClaim spec.accessModes ["ReadWriteOnce"] ["ReadWriteOnce","ReadOnlyMany"])"));
  EXPECT_THAT(Lines(Compare(kDeployment, With(kDeployment, "kubernetes.io/name: mail", "kubernetes.io/name: x"))),
              ElementsAre("Deployment metadata.labels[app.kubernetes.io/name] \"mail\" \"x\""));
}

TEST(ManifestDiffTest, FieldsThatTheApiRefusesToChangeAreNamed) {
  const auto impossible = [](const std::string& before, const std::string& old_words, const std::string& new_words) {
    return Compare(before, With(before, old_words, new_words)).Impossible();
  };
  EXPECT_THAT(impossible(kDeployment, "{app: mail}", "{app: post}"),
              ElementsAre(HasSubstr("Deployment mail: spec.selector can't be changed: was "
                                    R"({"matchLabels":{"app":"mail"}}, is {"matchLabels":{"app":"post"}})")));
  EXPECT_THAT(impossible(kClaim, "storageClassName: standard, ", ""),
              ElementsAre(HasSubstr("spec.storageClassName can't be changed: was \"standard\", is nothing")));
  EXPECT_THAT(impossible(kClaim, "ReadWriteOnce", "ReadWriteMany"), ElementsAre(HasSubstr("spec.accessModes")));
  const std::string service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {clusterIP: 10.0.0.1}\n";
  EXPECT_THAT(impossible(service, "10.0.0.1", "None"), ElementsAre(HasSubstr("spec.clusterIP")));
}

TEST(ManifestDiffTest, AClaimMayGrowAndNotShrink) {
  const auto impossible = [](const std::string& size) {
    return Compare(kClaim, With(kClaim, "10Gi", size)).Impossible();
  };
  EXPECT_THAT(impossible("9Gi"),
              ElementsAre("PersistentVolumeClaim mail: shrinks from \"10Gi\" to \"9Gi\", and a claim only grows"));
  EXPECT_THAT(impossible("10G"), ElementsAre(HasSubstr("shrinks")));
  for (const char* size : {"11Gi", "10240Mi", "1Ti", "20000000000"}) EXPECT_THAT(impossible(size), IsEmpty()) << size;
}

TEST(ManifestDiffTest, AnImmutableObjectKeepsItsData) {
  const std::string map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\nimmutable: true\ndata: {a: b}\n";
  EXPECT_THAT(Compare(map, With(map, "a: b", "a: c")).Impossible(),
              ElementsAre("ConfigMap c: data can't be changed: the object is immutable"));
  const std::string open = With(map, "immutable: true", "immutable: false");
  EXPECT_THAT(Compare(open, With(open, "a: b", "a: c")).Impossible(), IsEmpty());
}

TEST(ManifestDiffTest, ValuesOfASecretAreNeitherComparedNorShown) {
  const std::string secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: drawn-1}\n";
  EXPECT_THAT(Compare(secret, With(secret, "drawn-1", "drawn-2")).objects, IsEmpty());
  const ManifestDiff other = Compare(secret, With(secret, "password: drawn-1", "token: drawn-2"));
  EXPECT_THAT(Lines(other), ElementsAre("Secret stringData.password \"(a Secret's)\" none",
                                        "Secret stringData.token none \"(a Secret's)\""));
  EXPECT_THAT(AsMarkdown(other), Not(HasSubstr("drawn")));
}

TEST(ManifestDiffTest, WhatNothingIsLostWithMayGo) {
  const std::string hook =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: h, annotations: {helm.sh/hook: test}}\n---\n"
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n";
  const ManifestDiff diff = Compare(hook + kClaim, kClaim);
  EXPECT_THAT(Lines(diff), ElementsAre("- ConfigMap c", "- Secret h"));
  EXPECT_THAT(diff.Impossible(), IsEmpty());
}

TEST(ManifestDiffTest, AnObjectThatIsThereTwiceOrNoObjectIsAnError) {
  EXPECT_THAT(CompareManifests(kClaim, std::string(kClaim) + "---" + kClaim).error().Render(),
              HasSubstr("after: PersistentVolumeClaim mail is there twice"));
  EXPECT_THAT(CompareManifests("a: [", kClaim).error().Render(), HasSubstr("before"));
}

TEST(ManifestDiffTest, ATableHoldsWhateverAValueIs) {
  const std::string map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n";
  const std::string text = AsMarkdown(Compare(map, With(map, "a: b", "a: \"x | `y`" + std::string(300, 'z') + "\"")));
  EXPECT_THAT(text, HasSubstr("| `data.a` | `\"b\"` | `\"x \\| 'y'zzz"));
  EXPECT_THAT(text, HasSubstr("z…` |\n"));
  EXPECT_LT(text.size(), 300U);
}

TEST(ManifestDiffTest, AsJsonItHasTheValuesThemselves) {
  EXPECT_EQ(
      ToJson(Compare(kClaim, With(kClaim, "10Gi", "9Gi"))).dump(),
      R"({"objects":[{"change":"changed","fields":[{"after":"9Gi","before":"10Gi",)"
      R"("path":"spec.resources.requests.storage"}],"impossible":["shrinks from \"10Gi\" to \"9Gi\", and a claim )"
      R"(only grows"],"kind":"PersistentVolumeClaim","name":"mail"}]})");
}

}  // namespace
}  // namespace e2e
