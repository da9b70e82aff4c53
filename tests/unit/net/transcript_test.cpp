#include "net/transcript.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/net_fixture.h"

namespace e2e {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class TranscriptTest : public NetFixture {
 protected:
  const std::string label_ = transcript_.Open("127.0.0.1:25");
};

TEST_F(TranscriptTest, SaysWhenWhereWhoAndWhat) {
  transcript_.Note(label_, "connected");
  transcript_.Server(label_, "220 hi\r");
  transcript_.Client(label_, "EHLO x\r\n");
  EXPECT_EQ(label_, "127.0.0.1:25#1");
  EXPECT_THAT(transcript_.Render(), StartsWith("20"));
  EXPECT_THAT(transcript_.Render(), HasSubstr("Z 127.0.0.1:25#1 -- connected\n"));
  EXPECT_THAT(transcript_.Render(), HasSubstr("Z 127.0.0.1:25#1 S: 220 hi\n"));
  EXPECT_THAT(transcript_.Last(1), EndsWith("Z 127.0.0.1:25#1 C: EHLO x\n"));
}

TEST_F(TranscriptTest, TellsTheEndOfOneConnection) {
  const std::string other = transcript_.Open("127.0.0.1:143");
  transcript_.Server(label_, "220 hi");
  transcript_.Server(other, "* OK hi");
  transcript_.Client(label_, "QUIT\r\n");
  EXPECT_THAT(transcript_.LastOf(label_, 1), EndsWith("C: QUIT\n"));
  EXPECT_THAT(transcript_.LastOf(label_, 9), testing::AllOf(HasSubstr("220 hi"), Not(HasSubstr("* OK"))));
}

TEST_F(TranscriptTest, ShortensLongLinesAndBodies) {
  transcript_.Server(label_, std::string(70 * 1024, 'x'));
  EXPECT_THAT(transcript_.Last(1), EndsWith("xxx… 69 KiB more\n"));
  std::string body;
  for (int i = 0; i < 5000; ++i) body += "line\r\n";
  transcript_.Client(label_, body);
  EXPECT_THAT(transcript_.Last(1), EndsWith("C: … 29 KiB more\n"));
  EXPECT_LT(transcript_.Render().size(), 4096U);
}

TEST_F(TranscriptTest, MakesControlCharactersVisible) {
  transcript_.Server(label_, "250 \x1b[2Jgone");
  EXPECT_THAT(transcript_.Last(1), HasSubstr("250 \\x1b[2Jgone"));
}

TEST_F(TranscriptTest, HidesInitialResponses) {
  transcript_.Client(label_, "AUTH PLAIN c2VjcmV0\r\n");
  EXPECT_THAT(transcript_.Last(1), EndsWith("C: AUTH PLAIN ***\n"));
  transcript_.Server(label_, "235 ok");
  transcript_.Client(label_, "a7 login joe secret\r\n");
  EXPECT_THAT(transcript_.Last(1), EndsWith("C: a7 login ***\n"));
  transcript_.Server(label_, "a7 OK");
  transcript_.Client(label_, "A1 AUTHENTICATE PLAIN c2VjcmV0\r\n");
  EXPECT_THAT(transcript_.Last(1), EndsWith("C: A1 AUTHENTICATE PLAIN ***\n"));
}

TEST_F(TranscriptTest, HidesAWholeExchange) {
  transcript_.Client(label_, "AUTH LOGIN\r\n");
  transcript_.Server(label_, "334 VXNlcm5hbWU6");
  transcript_.Client(label_, "am9l\r\n");
  transcript_.Server(label_, "334 UGFzc3dvcmQ6");
  transcript_.Client(label_, "c2VjcmV0\r\n");
  transcript_.Server(label_, "235 ok");
  transcript_.Client(label_, "MAIL FROM:<joe@example.org>\r\n");
  EXPECT_THAT(transcript_.Render(), HasSubstr("C: AUTH LOGIN\n"));
  EXPECT_THAT(transcript_.Render(), Not(HasSubstr("c2VjcmV0")));
  EXPECT_THAT(transcript_.Render(), Not(HasSubstr("am9l")));
  EXPECT_THAT(transcript_.Last(1), HasSubstr("MAIL FROM"));
}

TEST_F(TranscriptTest, ExchangeOfOneConnectionHidesNothingOfAnother) {
  const std::string other = transcript_.Open("127.0.0.1:25");
  transcript_.Client(label_, "AUTH LOGIN\r\n");
  transcript_.Client(other, "NOOP\r\n");
  EXPECT_THAT(transcript_.Last(1), EndsWith("#2 C: NOOP\n"));
}

TEST_F(TranscriptTest, IsBounded) {
  Transcript small(clock_, 1000);
  const std::string label = small.Open("x");
  for (int i = 0; i < 100; ++i) small.Note(label, "entry " + std::to_string(i));
  EXPECT_LT(small.Render().size(), 1100U);
  EXPECT_THAT(small.Render(), HasSubstr("earlier lines left out\n"));
  EXPECT_THAT(small.Render(), HasSubstr("entry 99"));
  EXPECT_THAT(small.Render(), Not(HasSubstr("entry 1\n")));
}

}  // namespace
}  // namespace e2e
