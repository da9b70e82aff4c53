// The verdict of a qualification, and what is shown of it.
#include "run/qualification.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Qualifying Asked() {
  return {.from = {{"0.1.0", "0.1.0", "chart/releases/0.1.0", std::string(64, 'a')},
                   {"latest", "0.3.0", "chart/releases/0.3.0", std::string(64, 'b')}},
          .to = {"chart", "0.4.0", "chart", std::string(64, 'c')},
          .changes = {},
          .lanes = {"qualify/a"},
          .left_out = {},
          .versions = {{"Helm", "v3.22.0"}}};
}

ScenarioResult Lane(const std::string& name, Verdict verdict, const std::string& why = "") {
  ScenarioResult lane{.id = "qualify/" + name, .title = "T <" + name + ">", .where = {"x.yaml", 1, 1}};
  lane.verdict = verdict;
  if (!why.empty()) lane.error = Error(ErrorKind::kExpectation, why);
  return lane;
}

std::string VerdictOfLanes(const std::vector<ScenarioResult>& lanes) {
  return QualificationOf(Asked(), lanes)["verdict"];
}

ObjectChange Renamed() {
  return {.kind = "PersistentVolumeClaim",
          .name = "stalwart",
          .what = ObjectChange::What::kRemoved,
          .fields = {},
          .impossible = {"PersistentVolumeClaim stalwart: its data would be left behind"}};
}

TEST(Qualification, TakesEveryLane) {
  EXPECT_EQ(VerdictOfLanes({Lane("a", Verdict::kPass), Lane("b", Verdict::kPass)}), kQualified);
  EXPECT_EQ(VerdictOfLanes({Lane("a", Verdict::kPass), Lane("b", Verdict::kFail)}), kNotQualified);
}

TEST(Qualification, ALaneWithoutAVerdictLeavesItOpenWithTheReason) {
  for (const Verdict verdict :
       {Verdict::kSkipped, Verdict::kFlaky, Verdict::kInconclusive, Verdict::kInfra, Verdict::kInterrupted}) {
    const auto decided = QualificationOf(Asked(), {Lane("a", Verdict::kPass), Lane("b", verdict, "no server")});
    EXPECT_EQ(decided["verdict"], kNotDecided) << Name(verdict);
    EXPECT_THAT(decided["why"][0], AllOf(HasSubstr("qualify/b"), HasSubstr(Name(verdict)), HasSubstr("no server")));
    EXPECT_EQ(QualificationCode(decided), 4);
  }
  EXPECT_EQ(VerdictOfLanes({Lane("a", Verdict::kSkipped), Lane("b", Verdict::kFail)}), kNotQualified);
}

TEST(Qualification, TheLineTellsTheFirstReasonAndHowManyMoreThereAre) {
  nlohmann::json decided = {{"verdict", "QUALIFIED"}, {"to", {{"version", "1.2.3"}}}, {"why", nlohmann::json::array()}};
  EXPECT_EQ(QualificationLine(decided), "QUALIFIED: chart 1.2.3");
  decided["why"] = {"one"};
  EXPECT_EQ(QualificationLine(decided), "QUALIFIED: chart 1.2.3 | one");
  decided["why"] = {"one", "two", "three"};
  EXPECT_EQ(QualificationLine(decided), "QUALIFIED: chart 1.2.3 | one (and 2 more)");
}

TEST(Qualification, ARunThatIsNotOverDecidesNothing) {
  Qualifying asked = Asked();
  asked.lanes = {"qualify/a", "qualify/b"};
  const auto decided = QualificationOf(asked, {Lane("a", Verdict::kPass)});
  EXPECT_EQ(decided["verdict"], kNotDecided);
  EXPECT_EQ(decided["why"][0], "qualify/b has no result");
  asked.lanes.clear();
  EXPECT_EQ(QualificationOf(asked, {})["verdict"], kNotDecided) << "nothing was shown";
}

TEST(Qualification, NeitherDoesARunWithAProblemOfItsOwn) {
  const std::vector<RunProblem> problems = {{"TearDown", Error(ErrorKind::kInfra, "the cluster does not go")}};
  const auto decided = QualificationOf(Asked(), {Lane("a", Verdict::kPass)}, problems);
  EXPECT_EQ(decided["verdict"], kNotDecided);
  EXPECT_EQ(decided["why"][0], "TearDown: INFRA, the cluster does not go");
}

TEST(Qualification, ALaneThatWasLeftOutIsNoSilence) {
  Qualifying asked = Asked();
  asked.left_out = {"qualify/rollback"};
  const auto decided = QualificationOf(asked, {Lane("a", Verdict::kPass)});
  EXPECT_EQ(decided["verdict"], kNotDecided);
  EXPECT_EQ(decided["why"][0], "qualify/rollback was left out");
}

TEST(Qualification, WhatAnUpgradeCannotDoIsNamed) {
  Qualifying asked = Asked();
  asked.changes.objects = {Renamed()};
  const auto decided = QualificationOf(asked, {Lane("a", Verdict::kPass)});
  EXPECT_EQ(decided["verdict"], kNotQualified);
  EXPECT_EQ(QualificationCode(decided), 1);
  EXPECT_THAT(QualificationLine(decided),
              AllOf(HasSubstr("NOT QUALIFIED: chart 0.4.0"), HasSubstr("PersistentVolumeClaim stalwart")));
}

TEST(Qualification, TheMarkdownHasAllThatIsSignedOff) {
  Qualifying asked = Asked();
  asked.changes.objects = {{.kind = "Service",
                            .name = "stalwart",
                            .fields = {{"metadata.labels.team", std::nullopt, "\"mail\""}},
                            .impossible = {}}};
  const std::string text = QualificationMarkdown(QualificationOf(asked, {Lane("a", Verdict::kPass)}));
  for (const char* part :
       {"# Chart 0.4.0: QUALIFIED", "| from | 0.3.0 | latest | `bbbbbbbbbbbbbbbb…` |", "Helm | v3.22.0",
        "qualify/a | PASS", "## Changes since 0.3.0", "metadata.labels.team", "Sign-off"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(Qualification, ThePageEscapesWhatItShows) {
  Qualifying asked = Asked();
  asked.changes.objects = {
      {.kind = "Service", .name = "<b>", .fields = {{"a", "\"<i>\"", std::nullopt}}, .impossible = {}}};
  const std::string html = QualificationHtml(QualificationOf(asked, {Lane("a", Verdict::kFail, "<script>")}));
  EXPECT_THAT(html, AllOf(HasSubstr("NOT QUALIFIED"), HasSubstr("&lt;script&gt;"), Not(HasSubstr("<script>")),
                          Not(HasSubstr("<b>")), Not(HasSubstr("<i>"))));
}

TEST(Qualification, AnOrdinaryRunHasNone) {
  EXPECT_THAT(QualificationMarkdown(nullptr), IsEmpty());
  EXPECT_THAT(QualificationHtml(nullptr), IsEmpty());
}

}  // namespace
}  // namespace e2e
