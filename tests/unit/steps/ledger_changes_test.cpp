// What a ledger knows of appended messages and of scripts, and the classes of what is found.
#include <gmock/gmock.h>

#include "unit/steps/ledger_changes_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(LedgerChangesTest, AnAppendedMessageIsInItsMailbox) {
  Append("ok", Ack::kOk);
  Append("no", Ack::kRefused);
  Append("open", Ack::kUnknown);
  const LedgerReport good = Classify({In("a", "ok")});
  EXPECT_TRUE(good.Clean()) << good.Details();
  EXPECT_THAT(good.recovered, IsEmpty());
  EXPECT_EQ(good.acknowledged, 1u);
  const LedgerReport bad = Classify({In("a", "no", 2), In("a", "open", 3)});
  EXPECT_THAT(bad.lost, ElementsAre("ok to u@example.org/a (100 octets; answer: reply)"));
  EXPECT_THAT(bad.resurrected, ElementsAre("no u@example.org/a UID 2 UIDVALIDITY 9 may be in none"));
  EXPECT_THAT(bad.recovered, ElementsAre(HasSubstr("open to")));
}

TEST_F(LedgerChangesTest, AMoveLeavesItsMessageInOneMailbox) {
  for (const Ack ack : kAcks) {
    const std::string id = "m" + std::to_string(static_cast<int>(ack));
    Append(id, Ack::kOk);
    Move(id, ack);
  }
  Append("m3", Ack::kOk);
  Move("m3", std::nullopt);
  const LedgerReport good = Classify({In("b", "m0"), In("a", "m1"), In("a", "m2", 2), In("b", "m3", 2)});
  EXPECT_TRUE(good.Clean()) << good.Details();
  EXPECT_EQ(good.changes, 1u);
  EXPECT_EQ(Classify({In("b", "m0"), In("a", "m1"), In("b", "m2", 2), In("a", "m3", 2)}).Details(), "");
  EXPECT_EQ(Classify(std::vector<StoredMessage>()).lost.size(), 4u) << "never in neither";
  const LedgerReport undone = Classify({In("a", "m0"), In("b", "m1"), In("a", "m2", 2), In("a", "m3", 3)});
  EXPECT_THAT(undone.resurrected, ElementsAre("m0 u@example.org/a UID 1 UIDVALIDITY 9 may be in b",
                                              "m1 u@example.org/b UID 1 UIDVALIDITY 9 may be in a"));
  EXPECT_THAT(undone.lost, IsEmpty()) << "they are there";
}

TEST_F(LedgerChangesTest, ACopyIsADuplicateWhereItMayBeAndResurrectedElsewhere) {
  Append("m", Ack::kOk);
  Move("m", Ack::kUnknown);
  EXPECT_EQ(Classify({In("a", "m"), In("b", "m")}).Details(), "") << "a move that was cut off may leave both";
  EXPECT_THAT(Classify({In("a", "m", 1), In("a", "m", 2)}).duplicate,
              ElementsAre(HasSubstr("m u@example.org/a UID 2")));
  Move("m", Ack::kOk);
  const LedgerReport report = Classify({In("a", "m"), In("b", "m")});
  EXPECT_THAT(report.duplicate, IsEmpty());
  EXPECT_THAT(report.resurrected, ElementsAre(HasSubstr("m u@example.org/a")));
  EXPECT_THAT(Classify({In("b", "m", 1), In("b", "m", 2)}).duplicate, ElementsAre(HasSubstr("UID 2")));
}

TEST_F(LedgerChangesTest, AMessageInAMailboxWhereItMayNotBeIsToldOnce) {
  Append("m", Ack::kOk);
  Move("m", Ack::kOk);
  const LedgerReport report = Classify({In("a", "m", 1, "\\Seen"), In("a", "m", 2)});
  EXPECT_THAT(report.resurrected, ElementsAre(HasSubstr("a UID 1"), HasSubstr("a UID 2")));
  EXPECT_THAT(report.duplicate, IsEmpty());
  EXPECT_THAT(report.flags, IsEmpty()) << "those of a message that is where it belongs";
}

TEST_F(LedgerChangesTest, WhatWasExpungedStaysAway) {
  for (const Ack ack : kAcks) {
    const std::string id = "m" + std::to_string(static_cast<int>(ack));
    Append(id, Ack::kOk);
    Expunge(id, ack);
  }
  const LedgerReport there = Classify({In("a", "m0", 1), In("a", "m1", 2), In("a", "m2", 3)});
  EXPECT_THAT(there.resurrected, ElementsAre(HasSubstr("m0 u@example.org/a UID 1")));
  EXPECT_THAT(there.recovered, ElementsAre(HasSubstr("m2 to u@example.org/a or none")));
  const LedgerReport away = Classify(std::vector<StoredMessage>());
  EXPECT_THAT(away.lost, ElementsAre(HasSubstr("m1 to")));
  EXPECT_THAT(away.recovered, IsEmpty());
}

TEST_F(LedgerChangesTest, TheLastAcknowledgedFlagsWin) {
  Append("m", Ack::kOk);
  const auto with = [&](const std::string& flags) { return Classify({In("a", "m", 1, flags)}).flags; };
  EXPECT_THAT(with(""), IsEmpty());
  EXPECT_THAT(with("\\Seen"), ElementsAre("m u@example.org/a UID 1 UIDVALIDITY 9 has (\\Seen) instead of ()"));
  Store("m", "\\Seen", Ack::kUnknown);
  EXPECT_THAT(with(""), IsEmpty());
  EXPECT_THAT(with("\\Seen"), IsEmpty());
  EXPECT_THAT(with("\\Flagged"), ElementsAre(HasSubstr("has (\\Flagged) instead of () or (\\Seen)")));
  Store("m", "\\Flagged", Ack::kRefused);
  EXPECT_THAT(with("\\Flagged"), ElementsAre(HasSubstr("instead of () or (\\Seen)")));
  Store("m", "\\Flagged $Forwarded", Ack::kOk);
  EXPECT_THAT(with("$forwarded \\RECENT \\flagged"), IsEmpty());
  EXPECT_THAT(with("\\Seen"), ElementsAre(HasSubstr("instead of (\\Flagged $Forwarded)")));
  Store("m", "", std::nullopt);
  EXPECT_THAT(with(""), IsEmpty());
}

TEST_F(LedgerChangesTest, OctetsAreThoseOfTheMessage) {
  Append("m", Ack::kOk);
  StoredMessage other = In("a", "m");
  other.sha256 = "other";
  EXPECT_THAT(Classify({other}).corrupt, ElementsAre(HasSubstr("m u@example.org/a")));
}

TEST_F(LedgerChangesTest, AnswersForItsOwnMailboxesOnly) {
  Append("m", Ack::kOk);
  Move("m", Ack::kOk);
  const StoredMessage delivered = In("INBOX", "foreign");
  EXPECT_THAT(Classify({In("b", "m"), delivered}).phantom, IsEmpty());
  EXPECT_THAT(Classify({In("b", "m"), In("b", "foreign", 2), In("a", "", 3)}).phantom.size(), 2u);
  EXPECT_THAT(Classify({In("INBOX", "m")}).resurrected, ElementsAre(HasSubstr("m u@example.org/INBOX")));
  StoredMessage misplaced = In("INBOX", "m");
  misplaced.account = "v@example.org";
  EXPECT_THAT(Classify({In("b", "m"), misplaced}).phantom, ElementsAre(HasSubstr("v@example.org/INBOX")));
  EXPECT_FALSE(ledger_->Delivers());
  EXPECT_THAT(ledger_->Sending({"d", kUser, "sha-d", 1, Ack::kUnknown, ""}), Succeeds());
  EXPECT_TRUE(ledger_->Delivers());
  EXPECT_THAT(Classify({In("b", "m"), delivered}).phantom, ElementsAre(HasSubstr("foreign")));
}

TEST_F(LedgerChangesTest, AUidLeavesWithItsMessage) {
  Append("m", Ack::kOk);
  Given("m", 5);
  EXPECT_THAT(Classify({In("a", "m", 6)}).stale, ElementsAre(HasSubstr("UID 5 UIDVALIDITY 9 is no longer there")));
  Move("m", Ack::kRefused);
  EXPECT_THAT(Classify({In("a", "m", 6)}).stale, ElementsAre(HasSubstr("UID 5 UIDVALIDITY 9 is no longer there")));
  Move("m", Ack::kUnknown);
  EXPECT_THAT(Classify({In("b", "m", 1)}).stale, IsEmpty());
  Move("m", Ack::kOk);
  Given("m", 3, "b");
  EXPECT_THAT(Classify({In("b", "m", 3)}).stale, IsEmpty());
  EXPECT_THAT(Classify({In("b", "m", 4)}).stale, ElementsAre(HasSubstr("UID 3 UIDVALIDITY 9 is no longer there")));
  Move("m", Ack::kOk, "b", "a");
  Given("m", 6);
  EXPECT_THAT(Classify({In("a", "m", 6)}).stale, IsEmpty());
}

TEST_F(LedgerChangesTest, AUidIsNeverGivenToAnotherMessage) {
  Append("m", Ack::kOk);
  Given("m", 5);
  Expunge("m", Ack::kOk);
  Append("n", Ack::kOk);
  EXPECT_THAT(Classify({In("a", "n", 5)}).stale, ElementsAre(HasSubstr("UID 5 UIDVALIDITY 9 is now message n")));
  Given("n", 5);
  EXPECT_THAT(Classify({In("a", "n", 5)}).stale,
              ElementsAre(HasSubstr("n u@example.org/a was given UID 5, though UIDNEXT had been 6"),
                          HasSubstr("is now message n")));
}

TEST_F(LedgerChangesTest, UidsOfNewMessagesAscend) {
  Append("m", Ack::kOk);
  Opened(10);
  Given("m", 9);
  EXPECT_THAT(Classify({In("a", "m", 9)}).stale, ElementsAre(HasSubstr("was given UID 9, though UIDNEXT had been 10")));
}

TEST_F(LedgerChangesTest, UidnextNeverDecreases) {
  Append("m", Ack::kOk);
  Given("m", 5);
  const auto with = [&](std::vector<StoredMailbox> mailboxes) {
    return Classify(Findings{{In("a", "m", 5)}, std::move(mailboxes), {}}).stale;
  };
  EXPECT_THAT(with({{kUser, "a", 9, 6}}), IsEmpty());
  EXPECT_THAT(with({{kUser, "a", 9, 0}}), IsEmpty()) << "it was not told";
  EXPECT_THAT(with({{kUser, "a", 9, 5}}), ElementsAre("u@example.org/a UIDNEXT 6 is now 5"));
  EXPECT_THAT(Classify(Findings{{}, {{kUser, "b", 9, 6}}, {}}).stale,
              ElementsAre("u@example.org/a is no longer there", HasSubstr("UID 5 UIDVALIDITY 9 is no longer there")));
  EXPECT_THAT(with({}), IsEmpty()) << "they were not looked at";
  Opened(7);
  Opened(7);
  EXPECT_THAT(with({{kUser, "a", 9, 7}}), IsEmpty());
  Opened(4);
  EXPECT_THAT(with({{kUser, "a", 9, 7}}), ElementsAre("u@example.org/a UIDNEXT was 7 and came to be 4"));
}

TEST_F(LedgerChangesTest, ANewUidvalidityIsToldWhenItComesAndInTheEnd) {
  Opened(1);
  const auto with = [&](std::uint32_t uidvalidity) {
    return Classify(Findings{{}, {{kUser, "a", uidvalidity, 1}}, {}}).stale;
  };
  EXPECT_THAT(with(9), IsEmpty());
  EXPECT_THAT(with(8), ElementsAre("u@example.org/a UIDVALIDITY 9 is now 8"));
  Opened(1, 10);
  EXPECT_THAT(with(10), ElementsAre("u@example.org/a UIDVALIDITY was 9 and came to be 10"));
}

TEST_F(LedgerChangesTest, AScriptHasTheTextThatWasLastAcknowledged) {
  Script("s", "one", Ack::kOk);
  EXPECT_THAT(Scripts({{kUser, "s", "one", false}}), IsEmpty());
  EXPECT_THAT(Scripts({}), ElementsAre("u@example.org: script \"s\" has SHA-256 \"\" instead of \"one\""));
  Script("s", "two", Ack::kUnknown);
  EXPECT_THAT(Scripts({{kUser, "s", "one", false}}), IsEmpty());
  EXPECT_THAT(Scripts({{kUser, "s", "two", false}}), IsEmpty());
  Script("s", "three", Ack::kRefused);
  EXPECT_THAT(Scripts({{kUser, "s", "three", false}}), ElementsAre(HasSubstr("instead of \"one\" or \"two\"")));
  Script("s", "four", Ack::kOk);
  EXPECT_THAT(Scripts({{kUser, "s", "two", false}}), ElementsAre(HasSubstr("instead of \"four\"")));
  Script("s", "", Ack::kOk);
  EXPECT_THAT(Scripts({{kUser, "s", "four", false}}), ElementsAre(HasSubstr("has SHA-256 \"four\" instead of \"\"")));
  EXPECT_THAT(Scripts({{kUser, "foreign", "x", true}, {"v@example.org", "s", "x", true}}), IsEmpty());
  EXPECT_THAT(ledger_->ScriptAccounts(), ElementsAre(kUser));
}

TEST_F(LedgerChangesTest, TheActiveScriptIsTheOneThatWasLastAcknowledged) {
  Active("s", Ack::kRefused);
  EXPECT_THAT(Scripts({{kUser, "whichever", "x", true}}), IsEmpty()) << "nothing is known";
  Active("s", Ack::kOk);
  EXPECT_THAT(Scripts({{kUser, "s", "x", true}, {kUser, "t", "x", false}}), IsEmpty());
  EXPECT_THAT(Scripts({{kUser, "s", "x", false}}), ElementsAre("u@example.org: \"\" is active instead of \"s\""));
  Active("t", Ack::kUnknown);
  EXPECT_THAT(Scripts({{kUser, "t", "x", true}}), IsEmpty());
  EXPECT_THAT(Scripts({{kUser, "u", "x", true}}), ElementsAre(HasSubstr("\"u\" is active instead of \"s\" or \"t\"")));
}

TEST_F(LedgerChangesTest, TheSummaryHasAllClasses) {
  Append("m", Ack::kOk);
  Store("m", "\\Seen", Ack::kOk);
  Script("s", "one", Ack::kOk);
  EXPECT_EQ(
      Classify({In("a", "m")}).Summary(),
      "1 messages and 2 changes acknowledged: 0 lost, 0 corrupt, 0 duplicate, 0 phantom, 0 resurrected, 0 recovered, 0 "
      "stale, 1 flags, 1 scripts");
  EXPECT_FALSE(Classify({In("a", "m", 1, "\\Seen")}).Clean());
  EXPECT_THAT(Classify({In("a", "m")}).Details(), AllOf(HasSubstr("flags (1):"), HasSubstr("scripts (1):")));
}

}  // namespace
}  // namespace e2e
