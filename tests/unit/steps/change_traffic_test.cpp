// mail.traffic over IMAP and ManageSieve, and mail.verify of its ledger. A seed gives the same changes each time; the
// traffic has a clock of its own, so these tests wait for what the server has seen.
#include "base/text.h"
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::HasSubstr;

constexpr const char* kUser = "user2@example.org";  // the last one

class ChangeTrafficTest : public MailFixture {
 protected:
  static TestMessage Nth(int n) { return MakeMessage(fmt::format("e2e-t-{:05}", n), kUser, kUser, 600); }
  static Lines Opening(const std::string& offers = "UIDPLUS MOVE LITERAL+") {
    return {"S! tls", "S: * OK [CAPABILITY IMAP4rev1] hi", "C: A1 LOGIN \"user2@example.org\" *",
            "S: A1 OK [CAPABILITY IMAP4rev1 " + offers + "] in"};
  }
  // The mailbox -a is made, -b is there.
  static Lines Boxes() {
    return {"C: A2 STATUS \"t-a\" (MESSAGES)",
            "S: A2 NO none",
            "C: A3 CREATE \"t-a\"",
            "S: A3 OK",
            "C: A4 STATUS \"t-b\" (MESSAGES)",
            "S: * STATUS t-b (MESSAGES 0)",
            "S: A4 OK"};
  }
  static Lines Select(int tag, const std::string& box, int uidnext, int uidvalidity = 9) {
    return {fmt::format("C: A{} SELECT \"t-{}\"", tag, box), "S: * 0 EXISTS",
            fmt::format("S: * OK [UIDVALIDITY {}] ok", uidvalidity), fmt::format("S: * OK [UIDNEXT {}] ok", uidnext),
            fmt::format("S: A{} OK", tag)};
  }
  static Lines Append(int tag, const std::string& box, int n, const std::string& answer) {
    return {fmt::format("C: A{} APPEND \"t-{}\" {{*+}}", tag, box), fmt::format("C! bytes {}", Nth(n).text.size() + 2),
            fmt::format("S: A{} {}", tag, answer)};
  }
  // With this seed: four messages, two into each mailbox; \Flagged for the first, its move to -b, its \Deleted, its
  // end.
  static LoopbackServer::Script Whole() {
    return Script({Opening(),
                   Boxes(),
                   Select(5, "a", 1),
                   Append(6, "a", 0, "OK [APPENDUID 9 1] done"),
                   Append(7, "a", 1, "OK [APPENDUID 9 2] done"),
                   Select(8, "b", 1),
                   Append(9, "b", 2, "OK [APPENDUID 9 1] done"),
                   Append(10, "b", 3, "OK [APPENDUID 9 2] done"),
                   Select(11, "a", 3),
                   {"C: A12 UID STORE 1 +FLAGS (\\Flagged)", "S: * 1 FETCH (UID 1 FLAGS (\\Flagged))", "S: A12 OK",
                    "C: A13 UID MOVE 1 \"t-b\"", "S: * OK [COPYUID 9 1 3] moved", "S: * 1 EXPUNGE", "S: A13 OK"},
                   Select(14, "b", 4),
                   {"C: A15 UID STORE 3 +FLAGS (\\Deleted)", "S: A15 OK", "C: A16 UID EXPUNGE 3", "S: * 3 EXPUNGE",
                    "S: A16 OK", "C: A17 LOGOUT", "S: A17 OK", "S! wait never"}});
  }
  Outcome<std::string> Start(const std::string& fields) {
    return Run("mail.traffic: {size: 600, rate: 100, save: t, " + fields + "}");
  }
  // The traffic comes to its end at the server's "never".
  Outcome<std::string> End(LoopbackServer& server) {
    server.AwaitReached("never");
    const auto note = Run("mail.stop: {traffic: t}");
    server.Release("never");
    return note;
  }
  const Ledger& TheLedger() { return world_.ledgers.at("t"); }
  // Of one account with one mailbox beside the INBOX.
  static LoopbackServer::Script ReadAccount(const std::string& box, const std::vector<std::string>& fetched) {
    Lines lines = Then(ImapLogin(), {"C: A2 LIST *", "S: * LIST () \"/\" \"" + box + "\"", "S: A2 OK",
                                     "C: A3 EXAMINE *", fmt::format("S: * {} EXISTS", fetched.size()),
                                     "S: * OK [UIDVALIDITY 9] ok", "S: * OK [UIDNEXT 9] ok", "S: A3 OK"});
    if (!fetched.empty()) {
      lines.push_back("C: A4 UID FETCH *");
      lines.insert(lines.end(), fetched.begin(), fetched.end());
      lines.push_back("S: A4 OK");
    }
    const int last = fetched.empty() ? 4 : 5;
    return Script({lines, {fmt::format("C: A{} LOGOUT", last), fmt::format("S: A{} OK", last)}});
  }
};

TEST_F(ChangeTrafficTest, ChangesMailboxesAndRecordsWhatItDoes) {
  LoopbackServer imaps(Whole(), Tls());
  Serve("imaps", imaps);
  ASSERT_THAT(Start("via: imaps, seed: 295, count: 8"), Succeeds());
  const auto note = End(imaps);
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "8 acknowledged, 0 refused, 0 unknown, 0 sessions not opened");
  const Ledger& ledger = TheLedger();
  EXPECT_EQ(ledger.Acknowledged(), 4u);
  EXPECT_EQ(ledger.changes().acknowledged, 4u);
  const auto in = [](const char* box, int n, std::uint32_t uid) {
    return StoredMessage{kUser, box, 9, uid, Nth(n).id, Nth(n).sha256, 0};
  };
  const Findings found{
      {in("t-a", 1, 2), in("t-b", 2, 1), in("t-b", 3, 2)}, {{kUser, "t-a", 9, 3}, {kUser, "t-b", 9, 4}}, {}};
  EXPECT_TRUE(ledger.Classify(found).Clean()) << ledger.Classify(found).Details();
  Findings back = found;
  back.messages.push_back(in("t-b", 0, 3));
  EXPECT_EQ(ledger.Classify(back).resurrected.size(), 1u);
  Findings older = found;
  older.mailboxes[1].uidnext = 3;
  EXPECT_EQ(ledger.Classify(older).stale.size(), 1u);
}

TEST_F(ChangeTrafficTest, AnOperationWithoutAnAnswerIsOpenAndItsMessageLeftAlone) {
  LoopbackServer imaps(
      Tls(), {Script({Opening(),
                      Boxes(),
                      Select(5, "a", 1),
                      Append(6, "a", 0, "OK [APPENDUID 9 1] done"),
                      {"C: A7 APPEND \"t-a\" {*+}", fmt::format("C! bytes {}", Nth(1).text.size() + 2), "S! reset"}}),
              Script({Opening(),
                      Boxes(),
                      Select(5, "b", 1),
                      Append(6, "b", 2, "OK [APPENDUID 9 1] done"),
                      Append(7, "b", 3, "NO [OVERQUOTA] full"),
                      {"C: A8 LOGOUT", "S: A8 OK", "S! wait never"}})});
  Serve("imaps", imaps);
  ASSERT_THAT(Start("via: imaps, seed: 295, count: 4"), Succeeds());
  const auto note = End(imaps);
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "2 acknowledged, 1 refused, 1 unknown, 0 sessions not opened");
  EXPECT_EQ(TheLedger().entries()[1].ack, Ack::kUnknown);
  EXPECT_EQ(TheLedger().entries()[3].ack, Ack::kRefused);
  EXPECT_THAT(TheLedger().entries()[3].reply, HasSubstr("full"));
}

TEST_F(ChangeTrafficTest, AMoveCutOffLeavesItsMessageInOneOfTheTwo) {
  LoopbackServer::Script cut = Whole();
  const auto move = std::find(cut.lines.begin(), cut.lines.end(), "C: A13 UID MOVE 1 \"t-b\"");
  cut.lines.erase(move + 1, cut.lines.end());
  cut.lines.insert(cut.lines.end(), {"S! wait never", "S! reset"});
  LoopbackServer imaps(Tls(), {cut});
  Serve("imaps", imaps);
  ASSERT_THAT(Start("via: imaps, seed: 295, count: 6"), Succeeds());
  imaps.AwaitReached("never");
  imaps.Release("never");
  const auto note = Run("mail.stop: {traffic: t}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "5 acknowledged, 0 refused, 1 unknown, 0 sessions not opened");
  const auto where = [&](const char* box) {
    return TheLedger().Classify({{{kUser, box, 9, 1, Nth(0).id, Nth(0).sha256, FlagsOf("\\Flagged")}}, {}, {}});
  };
  EXPECT_EQ(where("t-a").lost.size(), 3u) << "the others";
  EXPECT_EQ(where("t-b").lost.size(), 3u);
  EXPECT_EQ(where("INBOX").resurrected.size(), 1u);
}

TEST_F(ChangeTrafficTest, UidsOfANewUidvalidityMeanNothing) {
  LoopbackServer imaps(
      Tls(), {Script({Opening(),
                      Boxes(),
                      Select(5, "a", 1),
                      Append(6, "a", 0, "OK [APPENDUID 9 1] done"),
                      {"C: A7 APPEND \"t-a\" {*+}", fmt::format("C! bytes {}", Nth(1).text.size() + 2), "S! close"}}),
              Script({Opening(), Boxes(), Select(5, "b", 1), Append(6, "b", 2, "OK [APPENDUID 9 1] done"),
                      Append(7, "b", 3, "OK [APPENDUID 9 2] done"), Select(8, "a", 1, 10)}),
              Script({Opening(), Boxes(), {"C: A5 SELECT *", "S! wait never", "S! reset"}})});
  Serve("imaps", imaps);
  ASSERT_THAT(Start("via: imaps, seed: 295"), Succeeds());
  imaps.AwaitReached("never");
  imaps.Release("never");
  const auto note = Run("mail.stop: {traffic: t}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "3 acknowledged, 0 refused, 1 unknown, 2 sessions not opened");
  EXPECT_THAT(TheLedger().Classify({}).stale,
              testing::Contains("user2@example.org/t-a UIDVALIDITY was 9 and came to be 10"));
}

TEST_F(ChangeTrafficTest, AServerWithoutMoveCannotBeTold) {
  LoopbackServer imaps(Script({Opening("UIDPLUS"), {"S! wait never"}}), Tls());
  Serve("imaps", imaps);
  ASSERT_THAT(Start("via: imaps"), Succeeds());
  imaps.AwaitReached("never");
  EXPECT_THAT(Run("mail.stop: {traffic: t}"), FailsWith(ErrorKind::kInconclusive, HasSubstr("does not offer MOVE")));
  imaps.Release("never");
}

TEST_F(ChangeTrafficTest, ChangesScripts) {
  const Lines login = {"S: \"STARTTLS\"",
                       "S: OK",
                       "C: STARTTLS",
                       "S: OK",
                       "S! tls",
                       "S: \"SASL\" \"PLAIN\"",
                       "S: OK",
                       "C: AUTHENTICATE \"PLAIN\" *",
                       "S: OK"};
  const auto put = [](int number, int operation) {
    return Lines{fmt::format("C: PUTSCRIPT \"t-{}\" {{*+}}", number), fmt::format("C: # e2e-t-change-{:05}", operation),
                 "C: keep;", "C: "};
  };
  // With this seed: put 1 and 3, activate 3, put 2 and 3, delete 2.
  LoopbackServer sieve(
      Tls(),
      {Script({login,
               put(1, 0),
               {"S: OK"},
               put(3, 1),
               {"S: OK", "C: SETACTIVE \"t-3\"", "S: OK"},
               put(2, 2 + 1),
               {"S: OK"},
               put(3, 4),
               {"S: BYE \"going\""}}),
       Script({login, {"C: DELETESCRIPT \"t-2\"", "S: NO \"not now\"", "C: LOGOUT", "S: OK", "S! wait never"}})});
  Serve("sieve", sieve);
  ASSERT_THAT(Start("via: sieve, seed: 21, count: 6"), Succeeds());
  const auto note = End(sieve);
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "4 acknowledged, 1 refused, 1 unknown, 0 sessions not opened");
  const auto text = [](int operation) {
    return Sha256Hex(fmt::format("# e2e-t-change-{:05}\r\nkeep;\r\n", operation));
  };
  const auto scripts = [&](int third, const std::string& active) {
    return TheLedger()
        .Classify({{},
                   {},
                   {{kUser, "t-1", text(0), active == "t-1"},
                    {kUser, "t-2", text(3), false},
                    {kUser, "t-3", text(third), active == "t-3"}}})
        .scripts.size();
  };
  EXPECT_EQ(scripts(1, "t-3"), 0u);
  EXPECT_EQ(scripts(4, "t-3"), 0u);
  EXPECT_EQ(scripts(0, "t-3"), 1u);
  EXPECT_EQ(scripts(4, "t-1"), 1u);
}

TEST_F(ChangeTrafficTest, AreVerifiedWithFlagsMailboxesAndScripts) {
  auto ledger = Ledger::Create(dir_ / "ledger-t.jsonl");
  ASSERT_THAT(ledger, Succeeds());
  const TestMessage message = Nth(0);
  ASSERT_THAT(ledger->Appending({message.id, kUser, message.sha256, 1, Ack::kUnknown, ""}, "t-a"), Succeeds());
  ASSERT_THAT(ledger->Answered(message.id, Ack::kOk, "OK"), Succeeds());
  ASSERT_THAT(ledger->Changing({"x", ChangeKind::kScript, kUser, "t-1", "", Sha256Hex("keep;")}), Succeeds());
  ASSERT_THAT(ledger->Changed("x", Ack::kOk, "OK"), Succeeds());
  world_.ledgers.insert_or_assign("t", std::move(*ledger));
  const std::string body = AsStored(message);
  const std::vector<std::string> fetched = {
      fmt::format("S+ * 1 FETCH (UID 1 FLAGS (\\\\Recent \\\\Seen) BODY[] {{{}}}\r\n{})\r\n", body.size(), body)};
  LoopbackServer imaps(Tls(), {ReadAccount("INBOX", {}), ReadAccount("t-a", fetched), ReadAccount("INBOX", {}),
                               ReadAccount("t-a", fetched)});
  const auto scripts =
      Script({{"S: \"STARTTLS\"", "S: OK", "C: STARTTLS", "S: OK", "S! tls", "S: \"SASL\" \"PLAIN\"", "S: OK",
               "C: AUTHENTICATE \"PLAIN\" *", "S: OK", "C: LISTSCRIPTS", "S: \"t-1\" ACTIVE", "S: OK",
               "C: GETSCRIPT \"t-1\"", "S+ {5}\\r\\nstop;\\r\\n", "S: OK", "C: LOGOUT", "S: OK"}});
  LoopbackServer sieve(Tls(), {scripts, scripts});
  Serve("imaps", imaps);
  Serve("sieve", sieve);
  EXPECT_THAT(Run("mail.verify: {ledger: t}"),
              FailsWith(ErrorKind::kExpectation,
                        HasSubstr("1 messages and 1 changes acknowledged: 0 lost, 0 corrupt, 0 duplicate, "
                                  "0 phantom, 0 resurrected, 0 recovered, 0 stale, 1 flags, 1 "
                                  "scripts")));
  EXPECT_EQ(clock_.Elapsed(), Duration(1'000)) << "nothing is under way that could still come";
}

TEST_F(ChangeTrafficTest, GoOverOneSession) {
  EXPECT_THAT(Start("via: imaps, sessions: 2"), FailsWith(ErrorKind::kBadScenario, HasSubstr("go over one session")));
}

}  // namespace
}  // namespace e2e
