// mail.agree: both clients against scripted servers that agree, and that do not.
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class MailAgreeTest : public MailFixture {
 protected:
  // What a whole session of libcurl's IMAP gets when it asks for a section.
  static LoopbackServer::Script CurlRead(const std::string& section, const std::string& octets) {
    return Script({{"S! tls", "S: * OK ready", "C: A001 CAPABILITY", "S: * CAPABILITY IMAP4rev1", "S: A001 OK",
                    "C: A002 LOGIN *", "S: A002 OK", "C: A003 SELECT INBOX", "S: * 1 EXISTS",
                    "S: * OK [UIDVALIDITY 9] ok", "S: A003 OK", "C: A004 UID FETCH 1 BODY[" + section + "]",
                    fmt::format("S+ * 1 FETCH (UID 1 BODY[{}] {{{}}}\\r\\n{})\\r\\n", section, octets.size(), octets),
                    "S: A004 OK", "C: A005 LOGOUT", "S: A005 OK"}});
  }
  // Both messages are submitted; `stored` is what the two IMAP clients get to read of each.
  struct Reading {
    std::string ours, whole, header, text;
  };
  static Reading Honest(const TestMessage& sent) {
    const std::string stored = AsStored(sent);
    const std::size_t end = stored.find("\r\n\r\n") + 4;
    return {stored, stored, stored.substr(0, end), stored.substr(end)};
  }
  Outcome<std::string> Agree(const std::vector<Reading>& readings, const std::string& answer = "250 queued as 2") {
    LoopbackServer smtps(Tls(), {Script({SmtpLogin(), SmtpMessage("250 queued as 1"), SmtpQuit()}),
                                 Script({PumpLogin(), SmtpMessage(answer), SmtpQuit()})});
    std::vector<LoopbackServer::Script> reads;
    for (const Reading& reading : readings) {
      reads.push_back(ImapRead({{1, reading.ours}}));
      reads.push_back(CurlRead("", reading.whole));
      reads.push_back(CurlRead("HEADER", reading.header));
      reads.push_back(CurlRead("TEXT", reading.text));
    }
    LoopbackServer imaps(Tls(), reads);
    Serve("smtps", smtps);
    Serve("imaps", imaps);
    return Run("mail.agree: {via: smtps, read: imaps, size: 600, save: m}");
  }

  const TestMessage ours_ = MakeMessage("e2e-m-ours", "user1@example.org", "user2@example.org", 600);
  const TestMessage curls_ = MakeMessage("e2e-m-curl", "user1@example.org", "user2@example.org", 600);
};

TEST_F(MailAgreeTest, BothSendAndBothReadTheSame) {
  const auto note = Agree({Honest(ours_), Honest(curls_)});
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("are the same"));
  EXPECT_EQ(world_.messages.at("m-ours").text, ours_.text);
  EXPECT_EQ(world_.messages.at("m-curl").text, curls_.text);
}

TEST_F(MailAgreeTest, TwoClientsThatReadDifferentOctetsDoNot) {
  Reading other = Honest(curls_);
  other.whole[40] ^= 1;
  EXPECT_THAT(Agree({Honest(ours_), other}),
              FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("our IMAP and libcurl's differ from octet 40 on"),
                                                       HasSubstr("reading what libcurl's SMTP sent"))));
}

TEST_F(MailAgreeTest, PartsThatAreNotTheWholeDoNot) {
  Reading other = Honest(ours_);
  other.text.pop_back();
  EXPECT_THAT(Agree({other}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("the message and its header and text differ")));
}

TEST_F(MailAgreeTest, AMessageThatChangedOnItsWayIsTold) {
  TestMessage changed = ours_;
  changed.text[changed.text.size() - 8] ^= 1;
  EXPECT_THAT(Agree({Honest(changed)}), FailsWith(ErrorKind::kExpectation, HasSubstr("other octets than were sent")));
}

TEST_F(MailAgreeTest, ARefusedMessageIsTold) {
  EXPECT_THAT(Agree({}, "452 full"), FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("at the final dot: 452 full"),
                                                                              HasSubstr("libcurl's SMTP"))));
}

}  // namespace
}  // namespace e2e
