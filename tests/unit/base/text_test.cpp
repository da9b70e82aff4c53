#include "base/text.h"

#include <gmock/gmock.h>

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Optional;

TEST(ShellQuote, LeavesPlainWordsAndQuotesTheRest) {
  EXPECT_EQ(ShellQuote("kind"), "kind");
  EXPECT_EQ(ShellQuote("/usr/bin/kind-1.0_x"), "/usr/bin/kind-1.0_x");
  EXPECT_EQ(ShellQuote("a=b,c:d@e+f%g"), "a=b,c:d@e+f%g");
  EXPECT_EQ(ShellQuote(""), "''");
  EXPECT_EQ(ShellQuote("two words"), "'two words'");
  EXPECT_EQ(ShellQuote("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellQuote("$HOME"), "'$HOME'");
  EXPECT_EQ(ShellQuote("*"), "'*'");
  EXPECT_EQ(ShellQuote("~"), "'~'");
  EXPECT_EQ(ShellQuote("a\nb"), "'a\nb'");
}

TEST(Indent, PutsThePrefixBeforeEveryLine) {
  EXPECT_EQ(Indent("a\nb", "  "), "  a\n  b");
  EXPECT_EQ(Indent("a\n\nb", "> "), "> a\n> \n> b");
  EXPECT_EQ(Indent("", "  "), "  ");
}

TEST(Tail, GivesTheLastLinesWithoutTheFinalNewline) {
  EXPECT_EQ(Tail("a\nb\nc\n", 2), "b\nc");
  EXPECT_EQ(Tail("a\nb\nc", 1), "c");
  EXPECT_EQ(Tail("a\nb\n\n\n", 1), "b");
  EXPECT_EQ(Tail("a\n\nb", 2), "\nb");
}

TEST(Tail, GivesAllOfAShorterText) {
  EXPECT_EQ(Tail("a\nb", 2), "a\nb");
  EXPECT_EQ(Tail("a\nb", 99), "a\nb");
  EXPECT_EQ(Tail("one", 1), "one");
  EXPECT_EQ(Tail("\nb", 2), "\nb");
}

TEST(Tail, OfNothingIsNothing) {
  EXPECT_EQ(Tail("", 3), "");
  EXPECT_EQ(Tail(std::string_view(), 3), "");
  EXPECT_EQ(Tail("\n", 3), "");
  EXPECT_EQ(Tail("\n\n\n", 3), "");
  EXPECT_EQ(Tail("a\nb", 0), "");
}

TEST(SplitAndJoin, AreEachOthersReverse) {
  EXPECT_THAT(Split("a,b,,c", ','), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(Split("", ','), ElementsAre(""));
  EXPECT_THAT(Split("a,", ','), ElementsAre("a", ""));
  EXPECT_EQ(Join({"a", "b", "", "c"}, ","), "a,b,,c");
  EXPECT_EQ(Join({}, ","), "");
}

TEST(Trim, TakesAwayWhiteSpaceAtBothEnds) {
  EXPECT_EQ(Trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(Trim("a"), "a");
  EXPECT_EQ(Trim(" \n "), "");
}

TEST(Lower, ChangesLettersOnly) {
  EXPECT_EQ(Lower("A-Z 9"), "a-z 9");
}

TEST(Slug, IsAKubernetesName) {
  EXPECT_EQ(Slug("persistence/pod-delete"), "persistence-pod-delete");
  EXPECT_EQ(Slug("  A..B__C  "), "a-b-c");
  EXPECT_EQ(Slug("--x--"), "x");
  EXPECT_EQ(Slug("//"), "");
}

TEST(CamelCase, IsAnIdentifier) {
  EXPECT_EQ(CamelCase("pod-delete"), "PodDelete");
  EXPECT_EQ(CamelCase("live-and_ready"), "LiveAndReady");
  EXPECT_EQ(CamelCase("a2b"), "A2b");
  EXPECT_EQ(CamelCase("--"), "");
}

TEST(Redact, HidesEveryOccurrenceOfEverySecret) {
  EXPECT_EQ(Redact("a secret, a secret and a password", {"secret", "password"}), "a ***, a *** and a ***");
  EXPECT_EQ(Redact("nothing", {"", "x"}), "nothing");
  // A secret that is part of the mask must not be found in it again.
  EXPECT_EQ(Redact("a*b", {"*"}), "a***b");
}

TEST(GlobMatch, KnowsStarAndQuestionMark) {
  EXPECT_TRUE(GlobMatch("*", ""));
  EXPECT_TRUE(GlobMatch("persistence/*", "persistence/pod-delete"));
  EXPECT_TRUE(GlobMatch("*a*b*", "xxaxxbxx"));
  EXPECT_TRUE(GlobMatch("a?c", "abc"));
  EXPECT_TRUE(GlobMatch("*.yaml", ".yaml.yaml"));
  EXPECT_TRUE(GlobMatch("a*b", "a*b"));
  EXPECT_FALSE(GlobMatch("", "a"));
  EXPECT_FALSE(GlobMatch("a?c", "ac"));
  EXPECT_FALSE(GlobMatch("smoke/*", "persistence/smoke"));
  EXPECT_FALSE(GlobMatch("*a*b*", "b a"));
  EXPECT_FALSE(GlobMatch("abc", "abcd"));
}

TEST(Nearest, FindsLikelyTypingMistakesOnly) {
  const std::vector<std::string> words = {"submission", "smtps", "imap", "imaps"};
  EXPECT_THAT(Nearest("submision", words), Optional(Eq("submission")));
  EXPECT_THAT(Nearest("imap", words), Optional(Eq("imap")));
  EXPECT_THAT(Nearest("imapss", words), Optional(Eq("imaps")));
  EXPECT_EQ(Nearest("completely-different", words), std::nullopt);
  EXPECT_EQ(Nearest("x", {}), std::nullopt);
}

TEST(Base64, MakesWhatRfc4648Section10Gives) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(Base64Encode(plain), encoded);
    EXPECT_THAT(Base64Decode(encoded), Optional(Eq(plain)));
  }
}

TEST(Base64, BringsEveryByteBack) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (std::size_t size : {256u, 255u, 254u}) {
    EXPECT_THAT(Base64Decode(Base64Encode(bytes.substr(0, size))), Optional(Eq(bytes.substr(0, size))));
  }
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Z!==", "Zg==\n", " Zg==", "Z===", "====", "Zg==Zg=="}) {
    EXPECT_EQ(Base64Decode(text), std::nullopt) << text;
  }
}

TEST(Sha256Hex, GivesTheVectorsOfFips180) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(ParseInt, TakesAWholeDecimalNumberOrNothing) {
  EXPECT_THAT(ParseInt("0"), Optional(Eq(0)));
  EXPECT_THAT(ParseInt("-12"), Optional(Eq(-12)));
  EXPECT_THAT(ParseInt("9223372036854775807"), Optional(Eq(9223372036854775807LL)));
  for (const char* text : {"", "-", "1 ", " 1", "+1", "1.0", "0x10", "ten", "9223372036854775808"}) {
    EXPECT_EQ(ParseInt(text), std::nullopt) << text;
  }
}

TEST(NearestTo, GivesTheNearestFirst) {
  const std::vector<std::string> all = {"smoke/ports", "persistence/none", "persistence/pod-delete", "chart/keep"};
  EXPECT_EQ(NearestTo("smoke/prots", all, 1), std::vector<std::string>{"smoke/ports"});
  EXPECT_EQ(NearestTo("persistance/*", all, 2),
            (std::vector<std::string>{"persistence/none", "persistence/pod-delete"}));
  EXPECT_EQ(NearestTo("x", all, 9).size(), 4u);
  EXPECT_TRUE(NearestTo("x", {}, 3).empty());
}

}  // namespace
}  // namespace e2e
