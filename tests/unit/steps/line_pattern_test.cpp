#include "steps/line_pattern.h"

#include <gmock/gmock.h>

#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::Eq;
using testing::HasSubstr;
using testing::Optional;

LinePattern Pattern(std::string_view text, Protocol protocol = Protocol::kSmtp) {
  auto made = LinePattern::Make(text, protocol, [](const std::string& name) { return Outcome<std::string>(name); });
  EXPECT_THAT(made, Succeeds());
  return *made;
}

TEST(LinePattern, AGlobMatchesTheWholeLine) {
  EXPECT_TRUE(Pattern("250 *").Matches("250 ok"));
  EXPECT_TRUE(Pattern("250?SIZE").Matches("250-SIZE"));
  EXPECT_FALSE(Pattern("250").Matches("250 ok"));
  EXPECT_FALSE(Pattern("ok").Matches("250 ok"));
  // What means something to a regular expression is nothing special.
  EXPECT_TRUE(Pattern("* OK [A.B] (c|d)+$").Matches("x OK [A.B] (c|d)+$"));
  EXPECT_FALSE(Pattern("a.b").Matches("axb"));
}

TEST(LinePattern, ARegexMatchesSomewhere) {
  EXPECT_TRUE(Pattern("/^250[- ]SIZE( |$)/").Matches("250-SIZE 100"));
  EXPECT_FALSE(Pattern("/^SIZE/").Matches("250-SIZE"));
  EXPECT_FALSE(Pattern("/starttls/").Matches("250 STARTTLS"));
  EXPECT_TRUE(Pattern("/starttls/i").Matches("250 STARTTLS"));
}

TEST(LinePattern, TheStarOfAnImapGlobIsAStar) {
  EXPECT_TRUE(Pattern("* OK *", Protocol::kImap).Matches("* OK hello"));
  EXPECT_FALSE(Pattern("* OK *", Protocol::kImap).Matches("a1 OK hello"));
  EXPECT_TRUE(Pattern("* OK *").Matches("a1 OK hello"));
}

TEST(LinePattern, ValuesStandForThemselves) {
  const auto star = [](const std::string&) { return Outcome<std::string>("a*(b"); };
  EXPECT_TRUE(LinePattern::Make("x ${v}", Protocol::kSmtp, star)->Matches("x a*(b"));
  EXPECT_FALSE(LinePattern::Make("x ${v}", Protocol::kSmtp, star)->Matches("x aa(b"));
  EXPECT_TRUE(LinePattern::Make("/x ${v}/", Protocol::kSmtp, star)->Matches("x a*(b"));
}

TEST(LinePattern, FindsTheFirstGroupOrAll) {
  EXPECT_THAT(Pattern("/queued as ([A-Z0-9]+)/").Find("250 2.0.0 Ok: queued as 4XyZ"), Optional(Eq(std::string("4X"))));
  EXPECT_THAT(Pattern("/[0-9]+/").Find("a 42"), Optional(Eq(std::string("42"))));
  EXPECT_EQ(Pattern("/x/").Find("a"), std::nullopt);
}

TEST(LinePattern, OctetsOfALiteralAreMatchedToo) {
  EXPECT_TRUE(Pattern("*Subject: hello*").Matches("* 1 FETCH (BODY[] {16}\r\nSubject: hello\r\n)"));
  EXPECT_TRUE(Pattern("/b/").Matches(std::string("a\0b", 3)));
}

TEST(LinePattern, TellsABrokenOne) {
  EXPECT_EQ(LinePattern::Mistake("/a(b/"), "\"/a(b/\" is no regular expression: Unmatched ( or \\(");
  EXPECT_EQ(LinePattern::Mistake("250 *"), "");
  EXPECT_EQ(LinePattern::Mistake(""), "an empty pattern");
}

}  // namespace
}  // namespace e2e
