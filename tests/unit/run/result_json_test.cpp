#include "run/result_json.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

ScenarioResult Full() {
  ScenarioResult result{.id = "persistence/kill", .title = "Survives", .where = {"p/kill.yaml", 1, 1}};
  result.verdict = Verdict::kFlaky;
  result.steps = {{"install", {"p/kill.yaml", 1, 1}, "usable", Duration(1501), std::nullopt},
                  {"mail.verify",
                   {"p/kill.yaml", 6, 5},
                   "",
                   Duration(2),
                   Error(ErrorKind::kExpectation, "1 lost").While("verifying").At({"p/kill.yaml", 6, 5}),
                   "",
                   CheckInfo{"S03", "RFC 3207", "STARTTLS is offered", "it is not"}}};
  result.steps[0].receipt = "container a is container b";
  result.servers = {"reference", "fake-0.16"};
  result.error = Error(ErrorKind::kTimeout, "too late")
                     .While("inner")
                     .While("outer")
                     .Detail("a tail\nof two lines")
                     .Because("ImageNotFound")
                     .At({"p/kill.yaml", 7, 5});
  result.cleanup_errors = {Error(ErrorKind::kInfra, "stuck")};
  result.elapsed = Duration(61'257);
  result.artifacts = "/run/kill";
  result.round = 3;
  result.note = "passed on attempt 2 of 2";
  result.kept = true;
  return result;
}

TEST(ResultJson, GoesThereAndBack) {
  ScenarioResult result = Full();
  result.attempts = {Full(), Full()};
  result.attempts[0].verdict = Verdict::kFail;
  const json written = ToJson(result);
  const auto read = ResultFromJson(json::parse(written.dump()));
  ASSERT_THAT(read, Succeeds());
  EXPECT_EQ(ToJson(*read), written);
  EXPECT_EQ(read->verdict, Verdict::kFlaky);
  EXPECT_EQ(read->elapsed, Duration(61'257));
  EXPECT_EQ(read->error->kind(), ErrorKind::kTimeout);
  EXPECT_EQ(read->error->reason(), "ImageNotFound");
  EXPECT_EQ(read->error->Render(), result.error->Render());
  EXPECT_FALSE(read->steps[0].check);
  EXPECT_EQ(read->steps[1].check->finding, "it is not");
  EXPECT_EQ(read->steps[1].error->where()->line, 6);
  EXPECT_EQ(read->steps[1].error->where()->column, 5);
  EXPECT_EQ(read->steps[0].receipt, "container a is container b");
  EXPECT_EQ(read->steps[1].receipt, "");
  EXPECT_EQ(read->attempts[0].verdict, Verdict::kFail);
  EXPECT_EQ(read->round, 3);
  EXPECT_TRUE(read->kept);
}

TEST(ResultJson, KeepsEveryKindOfErrorAndVerdict) {
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::kInternal); ++kind) {
    ScenarioResult result;
    result.error = Error(static_cast<ErrorKind>(kind), "x");
    EXPECT_EQ(ResultFromJson(ToJson(result))->error->kind(), static_cast<ErrorKind>(kind));
  }
  for (int verdict = 0; verdict <= static_cast<int>(Verdict::kInterrupted); ++verdict) {
    ScenarioResult result;
    result.verdict = static_cast<Verdict>(verdict);
    EXPECT_EQ(ResultFromJson(ToJson(result))->verdict, static_cast<Verdict>(verdict));
  }
}

TEST(ResultJson, PlacesKeepWhatIsKnownOfThem) {
  for (const SourceLocation& where : {SourceLocation{"a.yaml", 3, 5}, {"a.yaml", 3, 0}, {"a:b.yaml", 0, 0}, {}}) {
    ScenarioResult result;
    result.where = where;
    const SourceLocation read = ResultFromJson(ToJson(result))->where;
    EXPECT_EQ(read.Text(), where.Text());
    EXPECT_EQ(read.line, where.line);
  }
}

TEST(ResultJson, AnythingElseIsNoResult) {
  for (const char* text : {"{}", "[]", "7", R"({"id": 7})"}) {
    EXPECT_THAT(ResultFromJson(json::parse(text)),
                FailsWith(ErrorKind::kInternal, HasSubstr("not a scenario's result")))
        << text;
  }
  json unknown = ToJson(Full());
  unknown["verdict"] = "GREAT";
  EXPECT_EQ(ResultFromJson(unknown)->verdict, Verdict::kInfra);
}

}  // namespace
}  // namespace e2e
