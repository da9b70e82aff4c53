// imap.append, imap.expect, imap.search, imap.flag, imap.move.
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ImapStepsTest : public MailFixture {
 protected:
  void SetUp() override { world_.messages.insert_or_assign("note", note_); }
  Outcome<std::string> Talk(const std::string& step, const Lines& session) {
    LoopbackServer imaps(Script({ImapLogin(), session}), Tls());
    Serve("imaps", imaps);
    return Run(step);
  }
  // The mailbox with the note as UID 7, opened by the command with this tag.
  Lines Opened(const std::string& verb) const {
    const std::string body = AsStored(note_);
    return {"C: A2 " + verb + " \"INBOX\"",
            "S: * 1 EXISTS",
            "S: * OK [UIDVALIDITY 9] ok",
            "S: A2 OK",
            "C: A3 UID FETCH 1:* *",
            fmt::format("S+ * 1 FETCH (UID 7 BODY[] {{{}}}\\r\\n{})\\r\\n", body.size(), Escape(body)),
            "S: A3 OK"};
  }
  static std::string Escape(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\\' ? std::string("\\\\") : std::string(1, c);
    return out;
  }
  const TestMessage note_ = MakeMessage("e2e-note", "user1@example.org", "user2@example.org", 600);
};

TEST_F(ImapStepsTest, AppendSavesTheMessage) {
  EXPECT_THAT(
      Talk("imap.append: {mailbox: INBOX, size: 1KiB, save: other}",
           {"C: A2 APPEND \"INBOX\" {*}", "S: + go",
            "C! bytes " + std::to_string(
                              MakeMessage("e2e-other", "user2@example.org", "user2@example.org", 1024).text.size() + 2),
            "S: A2 OK [APPENDUID 9 7] in", "C: A3 LOGOUT", "S: A3 OK"}),
      Succeeds());
  EXPECT_EQ(world_.messages.at("other").id, "e2e-other");
  EXPECT_EQ(world_.variables.at("other.id"), "e2e-other");
}

TEST_F(ImapStepsTest, ExpectCountsAndLooksAtFlags) {
  EXPECT_THAT(Talk("imap.expect: {count: 1, message: note, flags: ['\\Seen'], without: ['\\Flagged']}",
                   Then(Opened("EXAMINE"), {"C: A4 UID FETCH 7 (FLAGS)", "S: * 1 FETCH (UID 7 FLAGS (\\Seen \\Recent))",
                                            "S: A4 OK", "C: A5 LOGOUT", "S: A5 OK"})),
              Succeeds());
}

TEST_F(ImapStepsTest, ExpectTellsWhatIsNotSo) {
  const Lines empty = {"C: A2 EXAMINE *", "S: * 0 EXISTS", "S: * OK [UIDVALIDITY 9]", "S: A2 OK",
                       "C: A3 EXAMINE *", "S: * 0 EXISTS", "S: * OK [UIDVALIDITY 9]", "S: A3 OK"};
  EXPECT_THAT(Talk("imap.expect: {count: 1, within: 100ms}", empty),
              FailsWith(ErrorKind::kTimeout, HasSubstr("INBOX holds 0 messages instead of 1")));
  EXPECT_THAT(Talk("imap.expect: {message: note, within: 100ms}", empty),
              FailsWith(ErrorKind::kTimeout, HasSubstr("message note is not in INBOX of user2")));
}

TEST_F(ImapStepsTest, ExpectWaitsForAMailboxThatADeliveryMakes) {
  EXPECT_THAT(Talk("imap.expect: {mailbox: Filed, count: 1}",
                   {"C: A2 EXAMINE \"Filed\"", "S: A2 NO no such mailbox", "C: A3 EXAMINE \"Filed\"", "S: * 1 EXISTS",
                    "S: * OK [UIDVALIDITY 9]", "S: A3 OK", "C: A4 LOGOUT", "S: A4 OK"}),
              Succeeds());
  const Lines never = {"C: A2 EXAMINE *", "S: A2 NO no such mailbox", "C: A3 EXAMINE *", "S: A3 NO no such mailbox"};
  EXPECT_THAT(Talk("imap.expect: {mailbox: Filed, count: 1, within: 100ms}", never),
              FailsWith(ErrorKind::kTimeout, HasSubstr("refused EXAMINE: NO no such mailbox")));
}

TEST_F(ImapStepsTest, SearchWaitsForTheIndex) {
  const Lines opened = {"C: A2 EXAMINE \"INBOX\"", "S: * 2 EXISTS", "S: * OK [UIDVALIDITY 9] ok", "S: A2 OK"};
  EXPECT_THAT(Talk("imap.search: {keys: 'SUBJECT \"hello\"', count: 2}",
                   Then(opened, {"C: A3 UID SEARCH SUBJECT \"hello\"", "S: * SEARCH", "S: A3 OK", "C: A4 UID SEARCH *",
                                 "S: * SEARCH 4 17", "S: A4 OK", "C: A5 LOGOUT", "S: A5 OK"})),
              Succeeds());
  EXPECT_THAT(
      Talk("imap.search: {keys: UNSEEN, count: 1, within: 100ms}",
           Then(opened, {"C: A3 *", "S: * SEARCH 4 17", "S: A3 OK", "C: A4 *", "S: * SEARCH 4 17", "S: A4 OK"})),
      FailsWith(ErrorKind::kTimeout,
                AllOf(HasSubstr("SEARCH UNSEEN in INBOX of user2"), HasSubstr("finds 2 messages instead of 1"))));
}

TEST_F(ImapStepsTest, FlagSetsAndClears) {
  EXPECT_THAT(
      Talk("imap.flag: {message: note, add: ['\\Flagged', '\\Seen'], remove: ['\\Draft']}",
           Then(Opened("SELECT"), {"C: A4 UID STORE 7 +FLAGS (\\Flagged \\Seen)", "S: A4 OK",
                                   "C: A5 UID STORE 7 -FLAGS (\\Draft)", "S: A5 OK", "C: A6 LOGOUT", "S: A6 OK"})),
      Succeeds());
  EXPECT_THAT(Run("imap.flag: {message: note}"),
              FailsWith(ErrorKind::kBadScenario, HasSubstr("neither sets nor clears")));
}

TEST_F(ImapStepsTest, MoveNeedsItsExtension) {
  EXPECT_THAT(Talk("imap.move: {message: note, to: Kept}", {}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("does not offer MOVE")));
}

TEST_F(ImapStepsTest, MoveMakesTheMailboxFirst) {
  const std::string body = AsStored(note_);
  LoopbackServer imaps(
      {"S! tls", "S: * OK [CAPABILITY IMAP4rev1] hi", "C: A1 LOGIN *", "S: A1 OK [CAPABILITY IMAP4rev1 MOVE] in",
       "C: A2 STATUS \"Kept\" (MESSAGES)", "S: A2 NO no such mailbox", "C: A3 CREATE \"Kept\"", "S: A3 OK",
       "C: A4 SELECT \"INBOX\"", "S: * 1 EXISTS", "S: * OK [UIDVALIDITY 9]", "S: A4 OK", "C: A5 UID FETCH *",
       fmt::format("S+ * 1 FETCH (UID 7 BODY[] {{{}}}\\r\\n{})\\r\\n", body.size(), Escape(body)), "S: A5 OK",
       "C: A6 UID MOVE 7 \"Kept\"", "S: A6 OK", "C: A7 LOGOUT", "S: A7 OK"},
      Tls());
  Serve("imaps", imaps);
  EXPECT_THAT(Run("imap.move: {message: note, to: Kept}"), Succeeds());
}

}  // namespace
}  // namespace e2e
