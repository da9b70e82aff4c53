#include "net/literal.h"

#include <gtest/gtest.h>

#include "net/imap_fetch.h"

namespace e2e {
namespace {

TEST(LiteralTest, SizeStandsAtTheEndOfALine) {
  EXPECT_EQ(LiteralSize("BODY[] {12}"), 12U);
  EXPECT_EQ(LiteralSize("BODY[] {12+}"), 12U);
  EXPECT_EQ(LiteralSize("{0}"), 0U);
  for (const char* line : {"", "}", "{}", "{x}", "{-1}", "{1} ", "{99999999999999999999}"}) {
    EXPECT_EQ(LiteralSize(line), std::nullopt) << line;
  }
}

TEST(LiteralTest, QuotesWhatCanBeQuoted) {
  EXPECT_EQ(Quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_TRUE(IsQuotable("plain \"text\""));
  EXPECT_FALSE(IsQuotable("two\r\nlines"));
  EXPECT_FALSE(IsQuotable("\xc3\xa4"));
}

TEST(LiteralTest, TakesStringsOfEachForm) {
  std::string_view text = "BODY[HEADER.FIELDS (TO)] \"a \\\"b\" {3}\r\nx y rest)";
  EXPECT_EQ(TakeString(text), "BODY[HEADER.FIELDS (TO)]");
  text.remove_prefix(1);
  EXPECT_EQ(TakeString(text), "a \"b");
  text.remove_prefix(1);
  EXPECT_EQ(TakeString(text), "x y");
  text.remove_prefix(1);
  EXPECT_EQ(TakeString(text), "rest");
  EXPECT_EQ(TakeString(text), std::nullopt);
  for (std::string_view broken : {"\"open", "{3}\r\nab", "{x}\r\n", ""}) EXPECT_EQ(TakeString(broken), std::nullopt);
}

TEST(ImapFetchTest, FindsUidAndBodyAmongTheRest) {
  const auto message = ParseFetch(
      "* 12 FETCH (FLAGS (\\Seen $x) ENVELOPE (NIL \"s)\" ((\"n\" NIL \"a\" \"b\")) {2}\r\n)() UID 7 BODY[TEXT] NIL "
      "BODY[] {4}\r\na)\r\n)");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->uid, 7U);
  EXPECT_EQ(message->body, "a)\r\n");
}

TEST(ImapFetchTest, RefusesWhatIsNoMessage) {
  for (const char* response :
       {"* 3 EXISTS", "* 1 FETCH (FLAGS ())", "* 1 FETCH (UID 5 BODY[] NIL)", "* x FETCH (UID 1 BODY[] \"\")",
        "* 1 FETCH (UID 99999999999 BODY[] \"\")", "* 1 FETCH (UID 1 BODY[] \"", "* 1 FETCH (UID (1 BODY[] \"\")",
        "* 1 FETCH (UID", "* OK FETCH (", ""}) {
    EXPECT_FALSE(ParseFetch(response)) << response;
  }
}

}  // namespace
}  // namespace e2e
