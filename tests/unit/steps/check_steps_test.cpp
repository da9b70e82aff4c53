// check: which steps run on which server, and what a failure says.
#include <gmock/gmock.h>

#include "steps/lint.h"
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kCheck = R"(
- check:
    id: S99
    rfc: RFC 5321 section 4.1.1.9
    says: NOOP is answered
    steps:
      - dialogue: {port: smtp, lines: [{expect: "220 *"}, {send: NOOP}, {expect: "250 *"}]}
    known:
      - servers: [fake-0.16, stalwart-0.16]
        finding: NOOP is unknown
        steps:
          - dialogue: {port: smtp, lines: [{expect: "220 *"}, {send: NOOP}, {expect: "500 *"}]}
)";

class CheckTest : public MailFixture {
 protected:
  std::optional<CompiledScenario> Compiled(const std::string& steps) {
    const auto list = YamlNode::Parse(steps, "s.yaml");
    EXPECT_THAT(list, Succeeds());
    Scenario scenario;
    for (const YamlNode& item : list->Items()) {
      const auto& [key, args] = item.Entries().front();
      scenario.steps.push_back({key.Scalar(), key.where(), args});
    }
    return Compile(std::move(scenario), BuiltinSteps(), problems_);
  }
  // The check on a server that answers NOOP with this line.
  Outcome<std::string> Check(const std::string& answer) {
    LoopbackServer peer(Script({{"S: 220 mail", "C: NOOP", "S: " + answer}}));
    Serve("smtp", peer);
    compiled_ = Compiled(kCheck);
    if (!compiled_) return Error(ErrorKind::kBadScenario, Render(problems_));
    return RunStep(*compiled_->steps.front().step, world_, Soon());
  }
  const CheckInfo& Info() const { return *compiled_->steps.front().step->Info(); }

  Problems problems_;
  std::optional<CompiledScenario> compiled_;
};

TEST_F(CheckTest, HoldsWhenItsStepsPass) {
  const auto done = Check("250 ok");
  ASSERT_THAT(done, Succeeds());
  EXPECT_EQ(*done, "S99: NOOP is answered (port smtp: 3 lines as expected)");
  EXPECT_EQ(Info().finding, "");
  EXPECT_THAT(transcript_.Render(), HasSubstr("check S99 -- NOOP is answered"));
}

TEST_F(CheckTest, AFailureNamesTheRuleAndTheLineThatFailed) {
  EXPECT_THAT(Check("502 no"),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("s.yaml:7:73: expected \"250 *\", came \"502 no\""),
                              HasSubstr("while check S99 (RFC 5321 section 4.1.1.9): NOOP is answered"))));
}

TEST_F(CheckTest, AServerThatIsKnownToDifferHasToGoOnDiffering) {
  const ServerUnderTest other{*FindProfile("fake-0.16"), "fake:2"};
  world_.server = &other;
  const auto done = Check("500 what?");
  ASSERT_THAT(done, Succeeds());
  EXPECT_THAT(*done, HasSubstr("S99: known finding: NOOP is unknown"));
  EXPECT_EQ(Info().finding, "NOOP is unknown");
  EXPECT_THAT(Check("250 ok"), FailsWith(ErrorKind::kExpectation,
                                         AllOf(HasSubstr("was known to differ (NOOP is unknown) and no longer does"),
                                               HasSubstr("remove the finding"))));
}

TEST_F(CheckTest, EveryMistakeWithinIsToldAtItsPlace) {
  EXPECT_FALSE(
      Compiled("- check: {id: a b, rfc: R, says: s, steps: [{dialog: {}}], known: [{servers: [reference], "
               "finding: f, steps: [{mail.verify: {ledger: l}}]}]}"));
  EXPECT_THAT(Render(problems_), AllOf(HasSubstr("\"id\": takes letters, digits, dots and dashes, not \"a b\""),
                                       HasSubstr("there is no step \"dialog\" (did you mean \"dialogue\"?)"),
                                       HasSubstr("mail.verify needs the ledger l, which no step before it saves")));
}

TEST_F(CheckTest, NeedsAStepThatChecksAndHoldsNoOther) {
  EXPECT_FALSE(Compiled("- check: {id: a, rfc: R, says: s, steps: [{fault.kill: {}}]}"));
  EXPECT_THAT(Render(problems_), HasSubstr("s.yaml:1:3: error: check has steps, but none of them checks anything"));
  problems_.clear();
  EXPECT_FALSE(
      Compiled("- check: {id: a, rfc: R, says: s, steps: [{check: {id: b, rfc: R, says: s, steps: "
               "[{endpoints.greet: {}}]}}]}"));
  EXPECT_THAT(Render(problems_), HasSubstr("check stands by itself, not within another"));
}

TEST_F(CheckTest, WhatACheckSavesIsItsOwn) {
  EXPECT_FALSE(
      Compiled("- check: {id: a, rfc: R, says: s, steps: [{mail.send: {save: note}}, {mail.expect: {message: "
               "note}}]}\n- mail.expect: {message: note}\n"));
  EXPECT_EQ(Render(problems_),
            "s.yaml:2:3: error: mail.expect needs the message note, which no step before it saves\n");
}

TEST_F(CheckTest, AServerHasOneFinding) {
  EXPECT_FALSE(
      Compiled("- check: {id: a, rfc: R, says: s, steps: [{endpoints.greet: {}}], known: [{servers: [reference, "
               "reference], finding: f, steps: [{endpoints.greet: {}}]}]}"));
  EXPECT_THAT(Render(problems_), HasSubstr("server reference has two known findings"));
}

TEST_F(CheckTest, AnIdIsOfOneCheckAlone) {
  std::vector<CompiledScenario> scenarios;
  scenarios.push_back(std::move(*Compiled(kCheck)));
  RequireUniqueChecks(scenarios, problems_);
  EXPECT_EQ(Render(problems_), "");
  scenarios.push_back(std::move(*Compiled(kCheck)));
  RequireUniqueChecks(scenarios, problems_);
  EXPECT_EQ(Render(problems_), "s.yaml:2:3: error: check S99 is there already, at s.yaml:2:3\n");
}

}  // namespace
}  // namespace e2e
