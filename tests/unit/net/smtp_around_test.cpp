// SmtpClient::SendAround: something happens in the middle of a message.
#include <gmock/gmock.h>

#include "net/smtp_client.h"
#include "support/loopback_server.h"
#include "support/net_fixture.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::HasSubstr;

using Lines = std::vector<std::string>;

class SmtpAroundTest : public NetFixture {
 protected:
  // A session whose server goes on like this after the 354.
  Outcome<SendResult> Send(const Lines& after, bool whole) {
    LoopbackServer::Script script({"S: 220 mail", "C: EHLO *", "S: 250 mail", "C: MAIL FROM:<a@example.org>",
                                   "S: 250 ok", "C: RCPT TO:<b@example.org>", "S: 250 ok", "C: DATA", "S: 354 go"});
    script.lines.insert(script.lines.end(), after.begin(), after.end());
    return SendTo(script, whole);
  }
  Outcome<SendResult> SendTo(const LoopbackServer::Script& script, bool whole) {
    LoopbackServer server(script);
    SmtpOptions options;
    options.endpoint = server.At("mail.example.org");
    E2E_TRY(SmtpClient smtp, SmtpClient::Connect(options, clock_, interrupt_, nullptr, Soon()), "connecting");
    const auto start = [&]() -> Status {
      EXPECT_FALSE(started_);
      started_ = true;
      return {};
    };
    const auto act = [&]() -> Outcome<Deadline> {
      EXPECT_TRUE(started_);
      acted_ = true;
      server.Release("acted");
      if (refusal_) return *refusal_;
      return Soon();
    };
    return smtp.SendAround({"a@example.org", {"b@example.org"}}, message_, {whole, start, act}, Soon());
  }

  const std::string message_ = "Subject: x\r\n\r\n" + std::string(400, 'a') + "\r\n";
  // To the octet: what a script leaves unread would be the client's fault at its end.
  const std::string half_ = "C! bytes " + std::to_string((message_.size() + std::string(".\r\n").size()) / 2);
  bool started_ = false;
  bool acted_ = false;
  std::optional<Error> refusal_;
};

TEST_F(SmtpAroundTest, HalfAMessageThatIsLostIsRefused) {
  const auto sent = Send({half_, "S! wait acted", "S! close"}, /*whole=*/false);
  ASSERT_THAT(sent, Succeeds());
  EXPECT_TRUE(acted_);
  EXPECT_EQ(sent->outcome, SendOutcome::kRefused);
  EXPECT_EQ(sent->stage, "half of the message");
  EXPECT_EQ(sent->reply.code, 0);
}

TEST_F(SmtpAroundTest, HalfAMessageThatIsAcknowledgedIsALieForTheLedger) {
  const auto sent = Send({half_, "S! wait acted", "S: 250 queued"}, /*whole=*/false);
  ASSERT_THAT(sent, Succeeds());
  EXPECT_EQ(sent->outcome, SendOutcome::kOk);
}

TEST_F(SmtpAroundTest, AWholeMessageWithoutAnAnswerIsUnknown) {
  const auto sent = Send({"C! data", "S! wait acted", "S! close"}, /*whole=*/true);
  ASSERT_THAT(sent, Succeeds());
  EXPECT_EQ(sent->outcome, SendOutcome::kUnknown);
  EXPECT_EQ(sent->stage, "the final dot");
}

TEST_F(SmtpAroundTest, AnAnswerThatWasUnderWayCounts) {
  const auto sent = Send({"C! data", "S: 250 queued as 1", "S! wait acted", "S! close"}, /*whole=*/true);
  ASSERT_THAT(sent, Succeeds());
  EXPECT_EQ(sent->outcome, SendOutcome::kOk);
  EXPECT_THAT(sent->reply.Text(), HasSubstr("queued as 1"));
}

TEST_F(SmtpAroundTest, WithoutThe354NothingIsDone) {
  const auto sent = SendTo({"S: 220 mail", "C: EHLO *", "S: 250 mail", "C: MAIL FROM:<a@example.org>",
                            "S: 452 no space", "C: RSET", "S: 250 ok"},
                           /*whole=*/false);
  EXPECT_THAT(sent, FailsWith(ErrorKind::kExpectation, HasSubstr("MAIL FROM was refused: 452 no space")));
  EXPECT_FALSE(started_);
}

TEST_F(SmtpAroundTest, WhatGoesWrongInTheMiddleIsTheResult) {
  refusal_ = Error(ErrorKind::kInconclusive, "no such task");
  EXPECT_THAT(Send({"C! data"}, /*whole=*/true), FailsWith(ErrorKind::kInconclusive, HasSubstr("no such task")));
}

}  // namespace
}  // namespace e2e
