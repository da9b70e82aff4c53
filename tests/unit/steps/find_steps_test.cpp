// mail.find: by Message-ID, once, with its octets.
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class MailFindTest : public MailFixture {
 protected:
  // The only mailbox holds these messages; those of `wanted` are then read.
  static LoopbackServer::Script Imap(const std::vector<std::pair<std::string, std::string>>& messages,
                                     const std::vector<std::size_t>& wanted) {
    Lines lines =
        Then(ImapLogin(), {"C: A2 LIST *", "S: * LIST () \"/\" INBOX", "S: A2 OK", "C: A3 EXAMINE \"INBOX\"",
                           fmt::format("S: * {} EXISTS", messages.size()), "S: * OK [UIDVALIDITY 9] ok", "S: A3 OK"});
    int tag = 4;
    if (!messages.empty()) {
      lines.push_back("C: A4 UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])");
      for (std::size_t i = 0; i < messages.size(); ++i) {
        const std::string field = "Message-ID: <" + messages[i].first + ">\\r\\n\\r\\n";
        lines.push_back(fmt::format("S+ * {} FETCH (UID {} BODY[HEADER.FIELDS (MESSAGE-ID)] {{{}}}\\r\\n{})\\r\\n",
                                    i + 1, i + 7, field.size() - 4, field));
      }
      lines.push_back("S: A4 OK");
      ++tag;
    }
    for (const std::size_t i : wanted) {
      lines.push_back(fmt::format("C: A{} UID FETCH {} (UID BODY.PEEK[])", tag, i + 7));
      lines.push_back(fmt::format("S+ * {} FETCH (UID {} BODY[] {{{}}}\\r\\n{})\\r\\n", i + 1, i + 7,
                                  messages[i].second.size(), messages[i].second));
      lines.push_back(fmt::format("S: A{} OK", tag++));
    }
    return Script({lines, {fmt::format("C: A{} LOGOUT", tag), "S: * BYE", fmt::format("S: A{} OK", tag)}});
  }
  Outcome<std::string> Find(const std::string& fields, const LoopbackServer::Script& script) {
    LoopbackServer imaps(script, Tls());
    Serve("imaps", imaps);
    return Run("mail.find: {message-id: a@b" + fields + "}");
  }
};

TEST_F(MailFindTest, FindsOneAmongOthersAndLooksAtItsOctets) {
  const auto script = Imap({{"other@b", "no"}, {"a@b", "A: 1 xxxxxxxxxxxxxxxx\r\n two\xff."}}, {1});
  EXPECT_THAT(Find(R"(, holds: ['x\r\n two\xff.', "A: 1"], lacks: ['\ntwo'])", script), Succeeds());
}

TEST_F(MailFindTest, TellsWhatIsNotAsExpected) {
  const auto script = Imap({{"a@b", "one"}}, {0});
  EXPECT_THAT(Find(R"(, holds: ['two\r\n'])", script),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("the message holds no \"two\\r\\n\""), HasSubstr("mail.find of a@b"))));
  EXPECT_THAT(Find(", lacks: [on]", script), FailsWith(ErrorKind::kExpectation, HasSubstr("holds \"on\"")));
  EXPECT_THAT(Find(", filler: {size: 20, line: 18}", script),
              FailsWith(ErrorKind::kExpectation, HasSubstr("the filler of 20 octets")));
}

TEST_F(MailFindTest, FindsAFillerThatIsWhole) {
  const auto script = Imap({{"a@b", "A: 1\r\n\r\nxxxxxxxxxxxxxxxxxx\r\nend"}}, {0});
  EXPECT_THAT(Find(", filler: {size: 20, line: 18}", script), Succeeds());
}

TEST_F(MailFindTest, MoreThanOneIsWrong) {
  EXPECT_THAT(Find("", Imap({{"a@b", "one"}, {"a@b", "one"}}, {0, 1})),
              FailsWith(ErrorKind::kExpectation, HasSubstr("message a@b is there 2 times")));
}

}  // namespace
}  // namespace e2e
