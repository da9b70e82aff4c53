// The lines of a ledger, written and read again.
#include "steps/ledger_lines.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

LedgerAnswer ReadAgain(const std::string& reply) {
  return AnswerFrom(json::parse(AnswerLine("answered", {.id = "1", .ack = Ack::kOk, .reply = reply})));
}

TEST(LedgerLinesTest, EveryCharacterComesBack) {
  for (int code = 1; code < 128; ++code) {
    const char byte = static_cast<char>(code);
    EXPECT_EQ(ReadAgain(std::string(1, byte)).reply, std::string(1, byte)) << code;
    EXPECT_EQ(ReadAgain("a" + std::string(2, byte)).reply, "a" + std::string(2, byte)) << code;
  }
}

TEST(LedgerLinesTest, WordsOfOtherLanguagesStayReadable) {
  EXPECT_THAT(AnswerLine("answered", {.id = "1", .ack = Ack::kOk, .reply = "prêt"}), HasSubstr("prêt"));
  EXPECT_EQ(ReadAgain("prêt").reply, "prêt");
}

TEST(LedgerLinesTest, BytesThatAreNoTextDoNotSpoilTheLine) {
  EXPECT_EQ(ReadAgain("a\xffz").reply, "a\xef\xbf\xbdz");
}

TEST(LedgerLinesTest, AScriptIsActiveOnlyWhereTheLineSaysSo) {
  const StoredScript script{.account = "user", .name = "spam", .sha256 = "00", .active = true};
  EXPECT_TRUE(ScriptFrom(json::parse(FoundScriptLine(script))).active);
  EXPECT_FALSE(ScriptFrom(json::parse(R"({"op":"found-script","account":"user","name":"spam"})")).active);
}

}  // namespace
}  // namespace e2e
