#include "steps/message.h"

#include <gmock/gmock.h>

#include <set>

#include "base/text.h"

namespace e2e {
namespace {

using testing::Eq;
using testing::HasSubstr;
using testing::Optional;

TestMessage Message(const std::string& id, std::size_t size = 8192) {
  return MakeMessage(id, "a@example.org", "b@example.org", size);
}

std::string Field(const std::string& message, const std::string& name) {
  for (const std::string& line : Split(message, '\n')) {
    if (line.starts_with(name + ": ")) return std::string(Trim(line.substr(name.size() + 2)));
  }
  return "";
}

TEST(TestMessage, IsReproducibleFromItsId) {
  EXPECT_EQ(Message("x-1").text, Message("x-1").text);
  EXPECT_NE(Message("x-1").sha256, Message("x-2").sha256);
}

TEST(TestMessage, HasItsFieldsAndAMessageIdOfItsOwn) {
  std::set<std::string> ids;
  for (int i = 0; i < 50; ++i) {
    const TestMessage message = Message("run-before-" + std::to_string(i));
    EXPECT_EQ(Field(message.text, "X-E2E-Id"), message.id);
    ids.insert(Field(message.text, "Message-ID"));
  }
  EXPECT_EQ(ids.size(), 50u);
  EXPECT_FALSE(ids.contains(""));
  const std::string text = Message("x").text;
  EXPECT_EQ(Field(text, "From"), "<a@example.org>");
  EXPECT_EQ(Field(text, "To"), "<b@example.org>");
  EXPECT_EQ(Field(text, "Date"), "Tue, 24 Nov 2026 12:00:00 +0000");
}

TEST(TestMessage, EveryLineEndsInCrlfAndHasAtMost998Octets) {
  std::size_t longest = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string text = Message("x-" + std::to_string(i), 32768).text;
    EXPECT_TRUE(text.ends_with("\r\n"));
    for (const std::string& line : Split(text.substr(0, text.size() - 1), '\n')) {
      ASSERT_TRUE(line.ends_with('\r')) << line;
      ASSERT_EQ(line.find('\r'), line.size() - 1) << line;
      longest = std::max(longest, line.size() - 1);
    }
  }
  EXPECT_EQ(longest, 998u) << "the longest lines that RFC 5322 allows are part of the test";
}

TEST(TestMessage, HoldsWhatCarelessCodeBreaks) {
  const std::string text = Message("x", 65536).text;
  EXPECT_THAT(text, HasSubstr("\r\n..\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nFrom "));
  EXPECT_THAT(text, HasSubstr("   \r\n"));
  EXPECT_THAT(text, HasSubstr("\r\n\r\n"));
}

TEST(TestMessage, IsAboutAsLongAsAsked) {
  for (std::size_t size : {1u, 1024u, 65536u, 1048576u}) {
    const std::size_t made = Message("x", size).text.size();
    EXPECT_GE(made, size);
    EXPECT_LE(made, size + 2048);
  }
}

TEST(FindId, FindsItBelowTheServersOwnFields) {
  const TestMessage sent = Message("x-7");
  const std::string stored = "Return-Path: <a@example.org>\r\nReceived: from a\r\n\tby b; now\r\n" + sent.text;
  EXPECT_THAT(FindId(sent.text), Optional(Eq("x-7")));
  EXPECT_THAT(FindId(stored), Optional(Eq("x-7")));
}

TEST(FindId, AnswersNothingForForeignMail) {
  EXPECT_EQ(FindId("Subject: x\r\n\r\nbody\r\n"), std::nullopt);
  EXPECT_EQ(FindId(""), std::nullopt);
  EXPECT_EQ(FindId("Subject: about X-E2E-Id: x\r\n\r\n"), std::nullopt);
}

TEST(FindId, ABounceThatQuotesAMessageIsNotThatMessage) {
  const TestMessage sent = Message("x-7");
  const std::string bounce = "From: MAILER-DAEMON\r\nSubject: returned\r\n\r\nYour message:\r\n" + sent.text;
  EXPECT_EQ(FindId(bounce), std::nullopt);
  EXPECT_NE(Fingerprint(bounce), sent.sha256);
}

TEST(Fingerprint, IgnoresFieldsOnTopAndTheLastCrlf) {
  const TestMessage sent = Message("x");
  EXPECT_EQ(Fingerprint(sent.text), sent.sha256);
  EXPECT_EQ(Fingerprint("Received: from a by b\r\n" + sent.text), sent.sha256);
  EXPECT_EQ(Fingerprint(sent.text.substr(0, sent.text.size() - 2)), sent.sha256);
}

TEST(Fingerprint, SeesEveryOtherChange) {
  const TestMessage sent = Message("x");
  std::string flipped = sent.text;
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
  EXPECT_NE(Fingerprint(flipped), sent.sha256);
  EXPECT_NE(Fingerprint(sent.text.substr(0, sent.text.size() - 3)), sent.sha256);
  EXPECT_NE(Fingerprint(sent.text + "\r\n"), sent.sha256);
  std::string unstuffed = sent.text;
  unstuffed.replace(unstuffed.find("\r\n.."), 4, "\r\n.");
  EXPECT_NE(Fingerprint(unstuffed), sent.sha256);
}

}  // namespace
}  // namespace e2e
