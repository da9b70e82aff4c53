#include "run/report.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "run/junit.h"
#include "run/recorded_run.h"
#include "run/report_views.h"
#include "run/result_json.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    info_ = {.run_id = "261124-023000-7",
             .server = "Stalwart 0.15",
             .server_image = "mail:1",
             .standin = "",
             .standin_image = "",
             .kubernetes_version = "v1.37.2",
             .chart_version = "stalwart 0.1.0",
             .started = WallTime(std::chrono::seconds(1'795'487'400)),
             .folder = dir_.path()};
  }
  static ScenarioResult Passed(const std::string& id) {
    ScenarioResult result{.id = id, .title = "T " + id, .where = {id + ".yaml", 1, 1}};
    result.verdict = Verdict::kPass;
    result.servers = {"stalwart-0.15"};
    result.steps = {{"install", {id + ".yaml", 1, 1}, "usable", Duration(1500), std::nullopt},
                    {"mail.load", {id + ".yaml", 6, 5}, "200 acknowledged | 0 refused", Duration(250), std::nullopt}};
    result.elapsed = Duration(61'250);
    result.artifacts = "run/" + id;
    return result;
  }
  static ScenarioResult Failed(const std::string& id) {
    ScenarioResult result = Passed(id);
    result.verdict = Verdict::kFail;
    result.error =
        Error(ErrorKind::kExpectation, "1 lost").Because("CrashLoop").Detail("a \xff byte").At({id + ".yaml", 6, 5});
    result.steps.back().note = "";
    result.steps.back().error = result.error;
    result.cleanup_errors = {Error(ErrorKind::kInfra, "namespace is stuck")};
    return result;
  }
  json Written() const { return json::parse(TempDir::Read(dir_ / "report.json")); }

  TempDir dir_;
  RunInfo info_;
};

TEST_F(ReportTest, JsonHoldsTheWholeRun) {
  ASSERT_THAT(WriteReport(info_, {Passed("smoke/ports"), Failed("persistence/kill")}), Succeeds());
  const json report = Written();
  EXPECT_EQ(report["schema"], 1);
  EXPECT_EQ(report["run"], "261124-023000-7");
  EXPECT_EQ(report["server"], "Stalwart 0.15");
  EXPECT_EQ(report["server_image"], "mail:1");
  EXPECT_EQ(report["kubernetes"], "v1.37.2");
  EXPECT_EQ(report["chart"], "stalwart 0.1.0");
  EXPECT_EQ(report["started"], "2026-11-24T02:30:00.000Z");
  ASSERT_EQ(report["scenarios"].size(), 2u);
  const json& passed = report["scenarios"][0];
  EXPECT_EQ(passed["id"], "smoke/ports");
  EXPECT_EQ(passed["verdict"], "PASS");
  EXPECT_EQ(passed["seconds"], 61.25);
  EXPECT_EQ(passed["error"], nullptr);
  EXPECT_EQ(passed["cleanup_errors"], json::array());
  EXPECT_EQ(passed["artifacts"], "run/smoke/ports");
  EXPECT_EQ(passed["steps"][1], json::parse(R"({"kind": "mail.load", "where": "smoke/ports.yaml:6:5", "seconds": 0.25,
                            "note": "200 acknowledged | 0 refused", "reason": "", "error": null})"));
  const json& failed = report["scenarios"][1];
  EXPECT_EQ(failed["verdict"], "FAIL");
  EXPECT_EQ(failed["reason"], "CrashLoop");
  EXPECT_EQ(failed["steps"][1]["reason"], "CrashLoop");
  EXPECT_THAT(failed["error"].get<std::string>(), HasSubstr("persistence/kill.yaml:6:5: 1 lost"));
  EXPECT_THAT(failed["steps"][1]["error"].get<std::string>(), HasSubstr("1 lost"));
  EXPECT_EQ(failed["cleanup_errors"], json::array({"namespace is stuck"}));
}

TEST_F(ReportTest, SummaryIsATableAndAPartForEachFailure) {
  ASSERT_THAT(WriteReport(info_, {Passed("smoke/ports"), Failed("persistence/kill")}), Succeeds());
  const std::string summary = TempDir::Read(dir_ / "summary.md");
  EXPECT_THAT(summary, HasSubstr("# stalwart-e2e 261124-023000-7\n"));
  EXPECT_THAT(summary, HasSubstr("Server: Stalwart 0.15, image `mail:1`"));
  // A bar in a note would make one column more.
  EXPECT_THAT(summary, HasSubstr("| smoke/ports | stalwart-0.15 | PASS | 61.2 | 200 acknowledged / 0 refused |\n"));
  EXPECT_THAT(summary, HasSubstr("| persistence/kill | stalwart-0.15 | FAIL | 61.2 | 1 lost |\n"));
  EXPECT_THAT(summary, HasSubstr("## persistence/kill: FAIL\n\n```\npersistence/kill.yaml:6:5: 1 lost"));
  EXPECT_THAT(summary, HasSubstr("Artifacts: `run/persistence/kill`"));
  EXPECT_THAT(summary, Not(HasSubstr("## smoke/ports")));
}

TEST_F(ReportTest, SummaryHasEveryFaultWithItsReceipt) {
  ScenarioResult killed = Passed("persistence/kill");
  killed.steps.push_back({"fault.kill", {"persistence/kill.yaml", 7, 5}, "receipt: a|b", Duration(9), std::nullopt});
  killed.steps.back().receipt = "a|b";
  ASSERT_THAT(WriteReport(info_, {Passed("smoke/ports"), killed}), Succeeds());
  EXPECT_EQ(Written()["scenarios"][1]["steps"][2]["receipt"], "a|b");
  EXPECT_FALSE(Written()["scenarios"][0]["steps"][0].contains("receipt"));
  EXPECT_THAT(TempDir::Read(dir_ / "summary.md"),
              HasSubstr("## Receipts of faults\n\n| scenario | fault | receipt |\n|---|---|---|\n"
                        "| persistence/kill | fault.kill | a/b |\n"));
  ASSERT_THAT(WriteReport(info_, {Passed("smoke/ports")}), Succeeds());
  EXPECT_THAT(TempDir::Read(dir_ / "summary.md"), Not(HasSubstr("Receipts")));
}

TEST_F(ReportTest, TheViewsAreMadeOfTheRecordAlone) {
  ASSERT_THAT(WriteReport(info_, {Passed("smoke/ports"), Failed("persistence/pod-kill")}), Succeeds());
  const std::string summary = TempDir::Read(dir_ / "summary.md");
  EXPECT_THAT(summary, HasSubstr("a \uFFFD byte"));
  const auto record = ReadRecord(dir_.path());
  ASSERT_THAT(record, Succeeds());
  EXPECT_EQ(SummaryOf(*record), summary);
  const std::string junit = JunitOf(*record);
  EXPECT_EQ(junit, TempDir::Read(dir_ / "junit.xml"));
  EXPECT_THAT(junit, HasSubstr("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"122.500\""));
  EXPECT_THAT(junit, HasSubstr("<testcase name=\"PodKill\" classname=\"Persistence\" "
                               "file=\"persistence/pod-kill.yaml\" line=\"1\" time=\"61.250\">"));
  EXPECT_THAT(junit, HasSubstr("<failure type=\"FAIL\" message=\"1 lost\">persistence/pod-kill.yaml:6:5: 1 lost&#10;"));
}

TEST_F(ReportTest, JunitHasSkipsAndNoCharacterThatXmlDoesNotKnow) {
  ScenarioResult skipped{.id = "a/b", .title = "T", .where = {"a/b.yaml", 1, 1}};
  skipped.error = Error(ErrorKind::kInterrupted, "no <server> & \"none\"\x01\uFFFE\xff");
  ASSERT_THAT(WriteReport(info_, {skipped}), Succeeds());
  EXPECT_THAT(JunitOf(Written()), HasSubstr("<skipped message=\"no &lt;server&gt; &amp; &quot;none&quot;\uFFFD\"/>"));
}

TEST_F(ReportTest, AStandInIsNamedEverywhere) {
  info_.standin = "fake server (NOT Stalwart) for layout v0.16";
  info_.standin_image = "fake:2";
  ScenarioResult both = Passed("chart/guard");
  both.servers = {"stalwart-0.15", "fake-0.16"};
  ASSERT_THAT(WriteReport(info_, {both}), Succeeds());
  EXPECT_EQ(Written()["standin"], info_.standin);
  EXPECT_EQ(Written()["standin_image"], "fake:2");
  EXPECT_EQ(Written()["scenarios"][0]["servers"], json::array({"stalwart-0.15", "fake-0.16"}));
  const std::string summary = TempDir::Read(dir_ / "summary.md");
  EXPECT_THAT(summary, HasSubstr("Stand-in: fake server (NOT Stalwart) for layout v0.16, image `fake:2`"));
  EXPECT_THAT(summary, HasSubstr("| chart/guard | stalwart-0.15, fake-0.16 | PASS |"));
  EXPECT_THAT(VerdictLine(info_, Verdict::kPass, {both}), HasSubstr("| stand-in: fake server (NOT Stalwart) for "));
}

TEST_F(ReportTest, ChecksHaveATable) {
  StepResult step{
      "check", {"s.yaml", 4, 5}, "seen", Duration(1), std::nullopt, "", CheckInfo{"S1", "RFC 1", "holds", ""}};
  ScenarioResult result{.id = "conformance/smtp/a", .title = "A", .where = {"s.yaml", 1, 1}};
  result.steps = {step, step, step};
  result.steps[1].check = CheckInfo{"S2", "RFC 2", "a|b", "does not"};
  result.steps[2].error = Error(ErrorKind::kExpectation, "wrong");
  const nlohmann::json record = {{"scenarios", {ToJson(result)}}};
  EXPECT_THAT(SummaryOf(record),
              AllOf(HasSubstr("| S1 | holds | RFC 1 | holds |  | conformance/smtp/a |\n"),
                    HasSubstr("| S2 | a/b | RFC 2 | known finding | does not | conformance/smtp/a |\n"),
                    HasSubstr("| S1 | holds | RFC 1 | FAILED |  | conformance/smtp/a |\n")));
  const std::string junit = JunitOf(record);
  EXPECT_THAT(junit, HasSubstr("<testcase name=\"A\" classname=\"ConformanceSmtp\""));
  EXPECT_THAT(junit, HasSubstr("<testcase name=\"S2\" classname=\"ConformanceSmtp.A\" file=\"s.yaml\" line=\"4\""));
  EXPECT_THAT(junit, HasSubstr("<property name=\"finding\" value=\"does not\"/>"));
  EXPECT_THAT(junit, HasSubstr("<failure type=\"FAIL\" message=\"wrong\">wrong</failure>"));
}

TEST_F(ReportTest, JunitTellsTheProductsFaultsFromOthers) {
  ScenarioResult broken = Failed("a/b");
  broken.verdict = Verdict::kInfra;
  const json record = {{"scenarios", {ToJson(broken)}}};
  EXPECT_THAT(JunitOf(record), AllOf(HasSubstr("failures=\"0\" errors=\"1\""), HasSubstr("<error type=\"INFRA\"")));
}

TEST_F(ReportTest, WhatOfTheRunItselfDidNotWorkIsInEveryView) {
  const RunProblem problem{"BringUp", Error(ErrorKind::kInfra, "no space left")};
  EXPECT_EQ(problem.verdict(), Verdict::kInfra);
  ASSERT_THAT(WriteReport(info_, {}, {problem}), Succeeds());
  for (const char* view : {"report.json", "report.html", "summary.md", "junit.xml"}) {
    EXPECT_THAT(TempDir::Read(dir_ / view), AllOf(HasSubstr("no space left"), HasSubstr("INFRA"))) << view;
  }
}

TEST_F(ReportTest, WhatTheUserStoppedIsNoFaultOfTheRun) {
  EXPECT_EQ((RunProblem{"BringUp", Error(ErrorKind::kInterrupted, "stop")}.verdict()), Verdict::kInterrupted);
  EXPECT_EQ((RunProblem{"BringUp", Error(ErrorKind::kTimeout, "late")}.verdict()), Verdict::kInfra);
}

TEST_F(ReportTest, ShowsAttemptsAndRounds) {
  ScenarioResult flaky = Failed("persistence/kill");
  flaky.verdict = Verdict::kFlaky;
  flaky.note = "FAIL on attempt 1, PASS on attempt 2";
  flaky.attempts = {Failed("persistence/kill"), Passed("persistence/kill")};
  flaky.attempts[0].artifacts = "run/first";
  ScenarioResult again = Passed("smoke/ports");
  again.round = 2;
  ASSERT_THAT(WriteReport(info_, {flaky, again}), Succeeds());
  EXPECT_THAT(TempDir::Read(dir_ / "junit.xml"),
              AllOf(HasSubstr("<testcase name=\"Kill\""), HasSubstr("<testcase name=\"Ports/2\"")));
  const std::string summary = TempDir::Read(dir_ / "summary.md");
  EXPECT_THAT(summary, HasSubstr("| FLAKY | 61.2 | 1 lost (FAIL on attempt 1, PASS on attempt 2) |"));
  EXPECT_THAT(summary, HasSubstr("Attempt 1: FAIL, artifacts: `run/first`"));
  EXPECT_THAT(summary, HasSubstr("| smoke/ports, round 2 |"));
  EXPECT_EQ(Written()["scenarios"][0]["attempts"][0]["verdict"], "FAIL");
  EXPECT_EQ(Written()["scenarios"][0]["attempts"].size(), 2u);
  EXPECT_EQ(Written()["scenarios"][1]["round"], 2);
  EXPECT_THAT(VerdictLine(info_, Verdict::kFlaky, {flaky, again}), HasSubstr("FLAKY: 1 of 2 scenarios passed"));
}

TEST_F(ReportTest, IsWrittenAnewAsAWholeAfterEachScenario) {
  ASSERT_THAT(WriteReport(info_, {Failed("a/long"), Failed("a/longer")}), Succeeds());
  ASSERT_THAT(WriteReport(info_, {Passed("b/short")}), Succeeds());
  EXPECT_EQ(Written()["scenarios"].size(), 1u);
  EXPECT_THAT(TempDir::Read(dir_ / "summary.md"), Not(HasSubstr("a/long")));
  for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) {
    EXPECT_THAT(entry.path().filename().string(),
                testing::AnyOf("report.json", "report.html", "summary.md", "junit.xml"));
  }
}

TEST_F(ReportTest, ARunWithoutScenariosHasAReportToo) {
  ASSERT_THAT(WriteReport(info_, {}), Succeeds());
  EXPECT_EQ(Written()["scenarios"], json::array());
}

TEST_F(ReportTest, AFolderThatIsGoneIsAnInfraError) {
  info_.folder = dir_ / "absent";
  EXPECT_THAT(WriteReport(info_, {}), FailsWith(ErrorKind::kInfra, HasSubstr("absent/report.json can't be written")));
}

TEST_F(ReportTest, TheVerdictLineNamesServerVersionCountAndReport) {
  info_.folder = "/run/7";
  EXPECT_EQ(VerdictLine(info_, Verdict::kFail, {Passed("a/b"), Failed("c/d"), Passed("e/f")}),
            "FAIL: 2 of 3 scenarios passed | server: Stalwart 0.15 | Kubernetes v1.37.2 | report: /run/7/report.html");
  EXPECT_THAT(VerdictLine(info_, Verdict::kInconclusive, {}), HasSubstr("INCONCLUSIVE: 0 of 0 scenarios passed"));
}

}  // namespace
}  // namespace e2e
