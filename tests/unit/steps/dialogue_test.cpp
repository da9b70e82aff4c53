// dialogue: the script against a scripted server.
#include "steps/dialogue.h"

#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DialogueTest : public MailFixture {
 protected:
  // The script on a server that speaks these lines.
  Outcome<std::string> Talk(const std::string& port, const std::string& head, const std::string& script,
                            const Lines& server, bool tls = false) {
    LoopbackServer peer(Script({server}), tls ? Tls() : LoopbackServer::Options{});
    Serve(port, peer);
    return Run("dialogue:\n  port: " + port + "\n" + head + "  lines:\n" + script);
  }
  Outcome<std::string> Smtp(const std::string& script, const Lines& server) { return Talk("smtp", "", script, server); }
  Outcome<std::string> Imap(const std::string& script, const Lines& server) { return Talk("imap", "", script, server); }
};

TEST_F(DialogueTest, SpeaksLineByLine) {
  EXPECT_THAT(Smtp("    - expect: '220 *'\n    - send: EHLO client\n    - expect: '250 *'\n    - send: QUIT\n"
                   "    - expect: '221 *'\n    - expect-eof: {}\n",
                   {"S: 220 mail", "C: EHLO client", "S: 250-mail", "S: 250-SIZE", "S: 250 HELP", "C: QUIT",
                    "S: 221 bye", "S! close"}),
              Succeeds());
}

TEST_F(DialogueTest, AReplyOfManyLinesIsASet) {
  const Lines server = {"S: 250-mail", "S: 250-SIZE 100", "S: 250-PIPELINING", "S: 250 8BITMIME"};
  EXPECT_THAT(
      Smtp("    - expect-all: ['250?PIPELINING', '/SIZE [0-9]+/']\n      expect-none: ['*STARTTLS*']\n", server),
      Succeeds());
  EXPECT_THAT(
      Smtp("    - expect-all: ['250?PIPELINING', '*DSN*']\n", server),
      FailsWith(ErrorKind::kExpectation,
                AllOf(HasSubstr("step.yaml:4:7: expected a line of the reply that matches \"*DSN*\", came 4 lines"),
                      HasSubstr("\"250-SIZE 100\""))));
  EXPECT_THAT(Smtp("    - expect-none: ['*SIZE*']\n", server),
              FailsWith(ErrorKind::kExpectation, HasSubstr("expected no line of the reply that matches \"*SIZE*\"")));
}

TEST_F(DialogueTest, TellsWhatWasExpectedWhatCameAndWhere) {
  EXPECT_THAT(Smtp("    - expect: '220 *'\n    - send: NOOP\n    - expect: '250 *'\n",
                   {"S: 220 mail", "C: NOOP", "S: 502 5.5.1 no such command"}),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("step.yaml:6:7: expected \"250 *\", came \"502 5.5.1 no such command\""),
                              HasSubstr("C: NOOP"), HasSubstr("while dialogue on port smtp"))));
}

TEST_F(DialogueTest, TellsThatTheServerClosed) {
  EXPECT_THAT(
      Smtp("    - expect: '220 *'\n", {"S! close"}),
      FailsWith(ErrorKind::kTransport, AllOf(HasSubstr("expected \"220 *\""), HasSubstr("closed by the server"))));
}

TEST_F(DialogueTest, AServerThatClosesMaySaySomethingBeforeItWhenAsked) {
  EXPECT_THAT(Smtp("    - expect-eof: {}\n", {"S: 421 bye", "S! close"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("expected the end of the connection, came \"421 bye\"")));
  EXPECT_THAT(Smtp("    - expect-eof: {quiet: false}\n", {"S: 421 bye", "S: 421 bye", "S! close"}), Succeeds());
  EXPECT_THAT(Smtp("    - expect-eof: {quiet: false, without: ['2*']}\n", {"S: 421 bye", "S: 220 hello", "S! close"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("no line that matches \"2*\", came \"220 hello\"")));
  // An alert of TLS is no line, and a bare LF may be in it.
  EXPECT_THAT(Smtp("    - expect-eof: {quiet: false}\n", {"S+ alert\\nalert", "S! close"}), Succeeds());
  EXPECT_THAT(Smtp("    - expect-eof: {}\n", {"S+ alert", "S! close"}),
              FailsWith(ErrorKind::kTransport, HasSubstr("in the middle of")));
}

TEST_F(DialogueTest, SendsLinesOfNoInterest) {
  LoopbackServer peer({"C! bytes 2022", "S: 250 ok"});
  Serve("smtp", peer);
  EXPECT_THAT(Run("dialogue:\n  port: smtp\n  lines:\n    - raw: 'X: '\n    - filler: {size: 2000, line: 998}\n"
                  "    - filler: {text: seven, times: 2}\n    - raw: 'end\\r\\n'\n    - expect: '250 *'\n"),
              Succeeds());
  EXPECT_EQ(peer.received().at(0).substr(1000, 5), "x\r\nxx");
}

TEST_F(DialogueTest, TellsASilentServer) {
  LoopbackServer peer({"S: 250-first", "C! anything"});
  auto channel = LineChannel::Connect(peer.At("mail.example.org"), Security::kPlain, TlsTrust{}, clock_, interrupt_,
                                      &transcript_, Soon());
  ASSERT_THAT(channel, Succeeds());
  FieldGroupsOf<DialogueLine> lines;
  lines.Add();
  lines.items[0].expect = "250 *";
  // It has passed already: time stands still here.
  const auto status = Dialogue(world_, Protocol::kSmtp, *channel).Run(lines.items, Deadline(clock_.Now()));
  EXPECT_THAT(status, FailsWith(ErrorKind::kTimeout, AllOf(HasSubstr("expected \"250 *\""), HasSubstr("timed out"))));
}

TEST_F(DialogueTest, GarbageIsAReplyThatIsNotTheExpectedOne) {
  EXPECT_THAT(Smtp("    - expect: '220 *'\n", {"S+ \\0\\0garbage\\r\\n"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("expected \"220 *\", came")));
  EXPECT_THAT(Smtp("    - expect: '220 *'\n", {"S+ 220 mail\\n"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("bare LF")));
}

TEST_F(DialogueTest, WhatComesInsteadOfTheEndIsTold) {
  EXPECT_THAT(Smtp("    - expect-eof: {}\n", {"S: 220 mail"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("expected the end of the connection, came \"220 mail\"")));
  EXPECT_THAT(Smtp("    - send: QUIT\n    - expect-eof: {}\n", {"C: QUIT", "S! reset"}), Succeeds());
}

TEST_F(DialogueTest, SeveralLinesAndExactOctets) {
  EXPECT_THAT(Smtp("    - send: |\n        one\n\n        .\n    - raw: 'a\\nb\\x41\\0\\r\\n'\n    - expect: '250 *'\n",
                   {"C: one", "C: ", "C: .", "C! bytes 7", "S: 250 ok"}),
              Succeeds());
}

TEST_F(DialogueTest, CapturesForLaterLinesAndSteps) {
  EXPECT_THAT(Smtp("    - expect: '250 *'\n      capture: {name: id, pattern: '/as (.+)$/'}\n    - send: 'VRFY ${id}'\n"
                   "    - expect: '*${id}'\n",
                   {"S: 250 queued as 4Xy", "C: VRFY 4Xy", "S: 252 4Xy"}),
              Succeeds());
  EXPECT_EQ(world_.variables.at("id"), "4Xy");
  EXPECT_THAT(Smtp("    - capture: {name: id, pattern: '/as (.+)$/'}\n", {"S: 250 ok"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("a line of the reply that matches \"/as (.+)$/\"")));
}

TEST_F(DialogueTest, ImapRepliesEndWithTheirTag) {
  EXPECT_THAT(
      Imap("    - expect: '* OK *'\n    - send: a1 CAPABILITY\n    - expect: 'a1 OK*'\n"
           "      expect-all: ['* CAPABILITY *']\n"
           "    - send: a2 IDLE\n    - expect: '+ *'\n    - expect: '* 1 EXISTS'\n    - send: DONE\n"
           "    - expect: 'a2 OK*'\n    - send: nonsense\n    - expect: '* BAD*'\n",
           {"S: * OK hi", "C: a1 CAPABILITY", "S: * CAPABILITY IMAP4rev1", "S: a1 OK", "C: a2 IDLE", "S: + idling",
            "S: * 1 EXISTS", "C: DONE", "S: * 2 EXISTS", "S: a2 OK", "C: nonsense", "S: * BAD no tag"}),
      Succeeds());
}

TEST_F(DialogueTest, LiteralsAreCountedSentAndExpected) {
  EXPECT_THAT(
      Imap("    - send: a1 APPEND INBOX\n      literal: {text: \"Subject: x\\n\\nhi\"}\n    - expect: 'a1 OK*'\n"
           "    - send: a2 APPEND INBOX\n      literal: {size: 100, sync: false}\n    - expect: 'a2 OK*'\n"
           "    - send: a3 FETCH 1 BODY[]\n    - expect: 'a3 OK*'\n      literal: {text: \"Subject: x\\n\\nhi\"}\n"
           "      expect-all: ['* 1 FETCH *Subject: x*)']\n"
           "    - send: a4 FETCH 2 BODY[]\n    - expect: 'a4 OK*'\n      literal: {size: 5}\n",
           {"C: a1 APPEND INBOX {16}", "S: + go", "C! bytes 18", "S: a1 OK", "C: a2 APPEND INBOX {100+}",
            "C! bytes 102", "S: a2 OK", "C: a3 *", "S+ * 1 FETCH (BODY[] {16}\\r\\nSubject: x\\r\\n\\r\\nhi)\\r\\n",
            "S: a3 OK", "C: a4 *", "S+ * 2 FETCH (BODY[] {4}\\r\\nabcd)\\r\\n", "S: a4 OK"}),
      FailsWith(ErrorKind::kExpectation,
                HasSubstr("expected a literal of 5 octets, came literals of these octets: 4")));
  EXPECT_THAT(Imap("    - send: a1 APPEND INBOX\n      literal: {size: 200}\n    - expect: 'a1 OK*'\n",
                   {"C: a1 APPEND INBOX {200}", "S: + go", "C! bytes 202", "S: a1 OK"}),
              Succeeds());
  EXPECT_THAT(Imap("    - send: a1 APPEND INBOX\n      literal: {size: 10}\n", {"C: a1 *", "S: a1 NO too big"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("expected the consent to a literal")));
}

TEST_F(DialogueTest, TurnsToTlsInTheMiddle) {
  EXPECT_THAT(Talk("smtp", "",
                   "    - expect: '220 *'\n    - send: STARTTLS\n    - expect: '220 *'\n    - starttls: {}\n"
                   "    - send: NOOP\n    - expect: '250 *'\n",
                   {"S: 220 mail", "C: STARTTLS", "S: 220 go", "S! tls", "C: NOOP", "S: 250 ok"}, true),
              Succeeds());
}

TEST_F(DialogueTest, LogsInAsEveryClientDoes) {
  EXPECT_THAT(
      Talk("imap", "  tls: starttls\n  login: user1\n", "    - send: a1 NOOP\n    - expect: 'a1 OK*'\n",
           {"S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi", "C: A1 STARTTLS", "S: A1 OK", "S! tls", "C: A2 CAPABILITY",
            "S: * CAPABILITY IMAP4rev1", "S: A2 OK", "C: A3 LOGIN \"user1@example.org\" \"pass-1\"",
            "S: A3 OK [CAPABILITY IMAP4rev1 IDLE] in", "C: a1 NOOP", "S: a1 OK"},
           true),
      Succeeds());
}

TEST_F(DialogueTest, ReadsSieveAndHttpReplies) {
  EXPECT_THAT(Talk("sieve", "",
                   "    - expect: OK*\n      expect-all: ['\"STARTTLS\"']\n    - send: NONSENSE\n    - expect: NO*\n",
                   {"S: \"IMPLEMENTATION\" \"x\"", "S: \"STARTTLS\"", "S: OK", "C: NONSENSE", "S: NO"}),
              Succeeds());
  EXPECT_THAT(Talk("http", "",
                   "    - send: |+\n        GET / HTTP/1.1\n        Host: x\n\n    - expect: 'HTTP/1.1 200 *'\n      "
                   "expect-all: [hello]\n",
                   {"C! http", "S: HTTP/1.1 200 OK", "S: Content-Length: 5", "S: ", "S+ hello"}),
              Succeeds());
}

TEST_F(DialogueTest, NoBodyComesAfterHead) {
  EXPECT_THAT(Talk("http", "",
                   "    - raw: 'HEAD / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'\n    - expect: 'HTTP/1.1 200 *'\n"
                   "    - raw: 'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'\n    - expect: '* 404 *'\n      "
                   "expect-all: [gone]\n",
                   {"C! http", "S: HTTP/1.1 200 OK", "S: Content-Length: 5", "S: ", "C! http", "S: HTTP/1.1 404 no",
                    "S: Content-Length: 4", "S: ", "S+ gone"}),
              Succeeds());
}

TEST_F(DialogueTest, AwaitsALineAmongOthers) {
  EXPECT_THAT(Imap("    - send: a1 IDLE\n    - expect: '+ *'\n    - await: '* 2 EXISTS'\n    - send: DONE\n"
                   "    - expect: 'a1 OK*'\n",
                   {"C: a1 IDLE", "S: + idling", "S: * STATUS INBOX (MESSAGES 2)", "S: * 2 EXISTS", "S: * 1 RECENT",
                    "C: DONE", "S: a1 OK"}),
              Succeeds());
  EXPECT_THAT(Imap("    - send: a1 IDLE\n    - await: '* 2 EXISTS'\n",
                   {"C: a1 IDLE", "S: + idling", "S: * 1 EXISTS", "S! close"}),
              FailsWith(ErrorKind::kTransport, AllOf(HasSubstr("step.yaml:5:7: awaited \"* 2 EXISTS\", but"),
                                                     HasSubstr("closed by the server"),
                                                     HasSubstr("came so far: 2 lines, the last one \"* 1 EXISTS\""))));
}

TEST_F(DialogueTest, GoesOnAfterWhatOtherConnectionsDid) {
  LoopbackServer peer({"S: * OK hi", "C: a1 IDLE", "S: + idling", "S! wait mail", "S: * 1 EXISTS", "C: DONE",
                       "S: a1 OK", "C: a2 NOOP", "S: * 2 EXISTS", "S: a2 OK"});
  Serve("imap", peer);
  EXPECT_THAT(
      Run("dialogue: {port: imap, keep: watcher, lines: [{expect: '* OK *'}, {send: a1 IDLE}, {expect: '+ *'}]}"),
      Succeeds());
  peer.Release("mail");
  EXPECT_THAT(Run("dialogue.continue: {dialogue: watcher, lines: [{await: '* 1 EXISTS'}, {send: DONE}, "
                  "{expect: 'a1 OK*'}]}"),
              Succeeds());
  EXPECT_THAT(Run("dialogue.continue: {dialogue: watcher, lines: [{send: a2 NOOP}, {expect: 'a2 OK*', "
                  "expect-all: ['* 1 EXISTS']}]}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("while watcher on port imap")));
}

TEST_F(DialogueTest, OneThatDidNotBeginDoesNotGoOn) {
  EXPECT_THAT(Run("dialogue.continue: {dialogue: watcher, lines: [{expect: '* OK *'}]}"),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("watcher did not begin as expected")));
}

TEST_F(DialogueTest, ShowsNoSecrets) {
  world_.accounts[0].password = "very-secret";
  EXPECT_THAT(
      Smtp("    - send: 'X ${user1.password} ${user1.base64-plain}'\n    - expect: '250 *'\n",
           {"C: X very-secret *", "S: 500 very-secret is no command"}),
      FailsWith(ErrorKind::kExpectation, AllOf(Not(HasSubstr("came \"500 very-secret")), HasSubstr("C: X *** ***"))));
}

TEST(DialogueLine, EscapesAreReplaced) {
  EXPECT_EQ(*Unescaped(R"(a\r\n\t\\\x7f)"), "a\r\n\t\\\x7f");
  EXPECT_THAT(Unescaped("\\q"), FailsWith(ErrorKind::kBadScenario, HasSubstr("the escapes are")));
  EXPECT_THAT(Unescaped("\\"), FailsWith(ErrorKind::kBadScenario, HasSubstr("the escapes are")));
  EXPECT_THAT(Unescaped("\\x4"), FailsWith(ErrorKind::kBadScenario, HasSubstr("the escapes are")));
  EXPECT_EQ(AsLines("a\nb\n"), "a\r\nb\r\n");
  EXPECT_EQ(AsLines("a\n\n"), "a\r\n\r\n");
}

}  // namespace
}  // namespace e2e
