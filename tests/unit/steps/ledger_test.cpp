#include "steps/ledger.h"

#include <gmock/gmock.h>

#include <fstream>

#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() : ledger_(*Make()) {}

  std::optional<Ledger> Make() {
    auto made = Ledger::Create(file_);
    if (!made) ADD_FAILURE() << made.error().Render();
    return std::move(made).value();
  }
  void Send(const std::string& id, std::optional<Ack> ack, const std::string& reply = "250 ok") {
    EXPECT_THAT(ledger_.Sending({id, "u@example.org", "sha-" + id, 100, Ack::kUnknown, ""}), Succeeds());
    if (ack) {
      EXPECT_THAT(ledger_.Answered(id, *ack, reply), Succeeds());
    }
  }
  LedgerReport Classify(std::vector<StoredMessage> messages) const {
    return ledger_.Classify({std::move(messages), {}, {}});
  }
  static StoredMessage Stored(const std::string& id, std::uint32_t uid = 1, std::uint32_t uidvalidity = 9) {
    return {"u@example.org", "INBOX", uidvalidity, uid, id, "sha-" + id};
  }

  const TempDir dir_;
  const std::filesystem::path file_ = dir_ / "ledger.jsonl";
  Ledger ledger_;
};

TEST_F(LedgerTest, ComesBackFromItsFile) {
  Send("a", Ack::kOk, "250 queued \"1\"");
  Send("b", Ack::kRefused, "452 later");
  Send("c", Ack::kUnknown, "connection lost");
  Send("d", std::nullopt);
  EXPECT_THAT(ledger_.Seen({Stored("a", 7)}), Succeeds());
  const auto read = Ledger::Read(file_);
  ASSERT_THAT(read, Succeeds());
  ASSERT_EQ(read->entries().size(), 4u);
  const std::vector<Ack> acks = {Ack::kOk, Ack::kRefused, Ack::kUnknown, Ack::kUnknown};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(read->entries()[i].id, ledger_.entries()[i].id);
    EXPECT_EQ(read->entries()[i].account, "u@example.org");
    EXPECT_EQ(read->entries()[i].sha256, ledger_.entries()[i].sha256);
    EXPECT_EQ(read->entries()[i].size, 100);
    EXPECT_EQ(read->entries()[i].ack, acks[i]);
    EXPECT_EQ(read->entries()[i].reply, ledger_.entries()[i].reply);
  }
  EXPECT_EQ(read->entries()[0].reply, "250 queued \"1\"");
  EXPECT_EQ(read->Acknowledged(), 1u);
  ASSERT_EQ(read->seen().size(), 1u);
  EXPECT_EQ(read->seen()[0].uid, 7u);
  EXPECT_EQ(read->seen()[0].uidvalidity, 9u);
  EXPECT_EQ(read->seen()[0].mailbox, "INBOX");
  EXPECT_EQ(read->path(), file_);
}

TEST_F(LedgerTest, EveryLineIsInTheFileAtOnce) {
  Send("a", std::nullopt);
  EXPECT_THAT(TempDir::Read(file_), HasSubstr("\"id\":\"a\""));
  EXPECT_TRUE(TempDir::Read(file_).ends_with("\n"));
}

TEST_F(LedgerTest, TheLastWholeReadBackComesBack) {
  Send("a", Ack::kOk);
  EXPECT_FALSE(Ledger::Read(file_)->found());
  EXPECT_THAT(ledger_.ReadBack({}), Succeeds());
  EXPECT_TRUE(Ledger::Read(file_)->found()->messages.empty());
  EXPECT_THAT(ledger_.ReadBack({{Stored("a", 7), Stored("b", 8)}, {}, {}}), Succeeds());
  auto read = Ledger::Read(file_);
  ASSERT_TRUE(read->found());
  ASSERT_EQ(read->found()->messages.size(), 2u);
  EXPECT_EQ(read->found()->messages.front().uid, 7u);
  EXPECT_TRUE(read->Classify(*read->found()).lost.empty());
  // One that a crash cut short leaves the one before.
  std::ofstream(file_, std::ios::app) << R"({"op":"read-back","messages":2})"
                                         "\n"
                                         R"({"op":"found","id":"a"})"
                                         "\n";
  read = Ledger::Read(file_);
  EXPECT_EQ(read->found()->messages.size(), 2u);
  Send("b", std::nullopt);
  EXPECT_FALSE(Ledger::Read(file_)->found()) << "it says nothing of what was sent behind it";
}

TEST_F(LedgerTest, CleanIsWithoutAnythingWrong) {
  LedgerReport report{.acknowledged = 1, .lost = {}};
  report.recovered = {"m"};
  EXPECT_TRUE(report.Clean());
  report.stale = {"m"};
  EXPECT_FALSE(report.Clean());
  EXPECT_THAT(report.Details(), HasSubstr("stale (1):\n  m\n"));
}

TEST_F(LedgerTest, TheWorstIsTheFirstClassThatIsWrong) {
  LedgerReport report{.acknowledged = 1, .lost = {}};
  report.recovered = {"m"};
  EXPECT_EQ(report.Worst(), "");
  const std::pair<std::vector<std::string> LedgerReport::*, const char*> classes[] = {
      {&LedgerReport::scripts, "Scripts"}, {&LedgerReport::flags, "Flags"},
      {&LedgerReport::stale, "Stale"},     {&LedgerReport::resurrected, "Resurrected"},
      {&LedgerReport::phantom, "Phantom"}, {&LedgerReport::duplicate, "Duplicate"},
      {&LedgerReport::corrupt, "Corrupt"}, {&LedgerReport::lost, "Lost"}};
  for (const auto& [list, name] : classes) {
    (report.*list).push_back("m");
    EXPECT_EQ(report.Worst(), name);
  }
}

TEST_F(LedgerTest, ManyAtOnceAreAsGoodAsOneByOne) {
  Send("a", std::nullopt);
  Send("b", std::nullopt);
  EXPECT_THAT(ledger_.Record({{"a", Ack::kOk, "250 ok"}, {"b", Ack::kRefused, "452 full"}},
                             {{"c", "u", "s", 1, Ack::kUnknown, ""}, {"d", "u", "s", 1, Ack::kUnknown, ""}}),
              Succeeds());
  EXPECT_THAT(ledger_.Record({}, {}), Succeeds());
  const auto read = Ledger::Read(file_);
  ASSERT_THAT(read, Succeeds());
  ASSERT_EQ(read->entries().size(), 4u);
  EXPECT_EQ(read->entries()[0].ack, Ack::kOk);
  EXPECT_EQ(read->entries()[1].ack, Ack::kRefused);
  EXPECT_EQ(read->entries()[3].id, "d");
}

TEST_F(LedgerTest, ALastLineThatWasCutOffIsLeftOut) {
  Send("a", Ack::kOk);
  Send("b", Ack::kOk);
  const auto size = std::filesystem::file_size(file_);
  EXPECT_FALSE(Ledger::Read(file_)->torn());
  std::filesystem::resize_file(file_, size - 1);
  EXPECT_EQ(Ledger::Read(file_)->Acknowledged(), 1u);
  EXPECT_TRUE(Ledger::Read(file_)->torn());
  std::filesystem::resize_file(file_, size - 20);
  EXPECT_EQ(Ledger::Read(file_)->Acknowledged(), 1u);
}

TEST_F(LedgerTest, StrangeLinesAreLeftOutAndTold) {
  Send("a", Ack::kOk);
  std::ofstream(file_, std::ios::app)
      << "garbage\n[1]\n{\"op\": 5}\n{\"op\": \"sending\", \"id\": 7}\n"
      << "{\"op\": \"answered\", \"id\": \"none\", \"ack\": \"ok\"}\n{\"op\": \"else\"}\n";
  Send("b", Ack::kOk);
  const auto read = Ledger::Read(file_);
  ASSERT_THAT(read, Succeeds());
  EXPECT_EQ(read->entries().size(), 2u);
  EXPECT_EQ(read->Acknowledged(), 2u);
  EXPECT_EQ(read->strange(), 3u) << "behind the two lines of the first message";
}

TEST_F(LedgerTest, TakesWhateverBytesAServerSays) {
  Send("a", Ack::kOk, "250 \xff\xfe");
  StoredMessage odd = Stored("a");
  odd.mailbox = "Entw\xfcrfe";
  odd.id = "\xc3";
  EXPECT_THAT(ledger_.Seen({odd}), Succeeds());
  EXPECT_EQ(Ledger::Read(file_)->seen().size(), 1u);
}

TEST_F(LedgerTest, ManyUidsAreRecordedWhole) {
  std::vector<StoredMessage> many;
  for (std::uint32_t uid = 1; uid <= 10'000; ++uid) many.push_back(Stored("foreign-" + std::to_string(uid), uid));
  EXPECT_THAT(ledger_.Seen(many), Succeeds());
  EXPECT_THAT(ledger_.Seen({Stored("a", 10'001)}), Succeeds());
  EXPECT_THAT(ledger_.Seen({}), Succeeds());
  const auto read = Ledger::Read(file_);
  ASSERT_THAT(read, Succeeds());
  ASSERT_EQ(read->seen().size(), 10'001u);
  EXPECT_EQ(ledger_.seen().size(), 10'001u);
  EXPECT_EQ(read->seen()[9'998].id, "foreign-9999");
  EXPECT_EQ(read->seen()[10'000].uid, 10'001u);
  many.push_back(Stored("a", 10'001));
  EXPECT_THAT(read->Classify({many, {}, {}}).stale, IsEmpty());
}

TEST_F(LedgerTest, MovesWithItsFile) {
  Send("a", Ack::kOk);
  EXPECT_THAT(ledger_.Seen({Stored("a", 1), Stored("x", 2)}), Succeeds());
  Ledger moved(std::move(ledger_));
  EXPECT_THAT(moved.Sending({"b", "u", "s", 1, Ack::kUnknown, ""}), Succeeds());
  ledger_ = std::move(moved);
  EXPECT_THAT(ledger_.Answered("b", Ack::kOk, ""), Succeeds());
  EXPECT_EQ(Ledger::Read(file_)->Acknowledged(), 2u);
  EXPECT_EQ(ledger_.seen()[0].id, "a");
  EXPECT_EQ(ledger_.seen()[1].id, "x");
  EXPECT_EQ(ledger_.seen()[1].mailbox, "INBOX");
}

TEST_F(LedgerTest, AllThatWasAcknowledgedAndNothingElseIsClean) {
  Send("a", Ack::kOk);
  Send("b", Ack::kRefused);
  Send("c", Ack::kUnknown);
  const LedgerReport report = Classify({Stored("a")});
  EXPECT_EQ(report.Summary(),
            "1 acknowledged: 0 lost, 0 corrupt, 0 duplicate, 0 phantom, 0 resurrected, 0 recovered, 0 stale, 0 flags, "
            "0 scripts");
}

TEST_F(LedgerTest, SortsMessagesIntoTheirClasses) {
  Send("there", Ack::kOk);
  Send("lost", Ack::kOk, "250 queued as 17");
  Send("resurrected", Ack::kRefused, "452 full");
  Send("recovered", Ack::kUnknown, "connection lost");
  Send("unanswered", std::nullopt);
  Send("changed", Ack::kOk);
  StoredMessage changed = Stored("changed", 5);
  changed.sha256 = "other";
  const LedgerReport report = Classify({Stored("there", 1), Stored("resurrected", 2), Stored("recovered", 3),
                                        Stored("unanswered", 4), changed, Stored("foreign", 6), Stored("", 7)});
  EXPECT_EQ(report.acknowledged, 3u);
  EXPECT_THAT(report.lost, ElementsAre("lost to u@example.org (100 octets; answer: 250 queued as 17)"));
  EXPECT_THAT(report.resurrected, ElementsAre(HasSubstr("resurrected to u@example.org")));
  EXPECT_THAT(report.recovered, ElementsAre(HasSubstr("recovered to"), HasSubstr("unanswered to")));
  EXPECT_THAT(report.corrupt, ElementsAre("changed u@example.org/INBOX UID 5 UIDVALIDITY 9"));
  EXPECT_THAT(report.phantom, ElementsAre(HasSubstr("foreign "), HasSubstr("(no X-E2E-Id) u@example.org/INBOX UID 7")));
  EXPECT_THAT(report.duplicate, IsEmpty());
  EXPECT_EQ(report.Summary(),
            "3 acknowledged: 1 lost, 1 corrupt, 0 duplicate, 2 phantom, 1 resurrected, 2 recovered, 0 stale, 0 flags, "
            "0 scripts");
}

TEST_F(LedgerTest, AMessageFoundMoreThanOnceIsOneDuplicate) {
  Send("a", Ack::kOk);
  StoredMessage elsewhere = Stored("a", 1);
  elsewhere.mailbox = "Junk";
  EXPECT_THAT(Classify({Stored("a", 1), elsewhere, Stored("a", 2)}).duplicate, ElementsAre(HasSubstr("/Junk UID 1")));
}

TEST_F(LedgerTest, AMessageInAForeignAccountIsPhantomThereAndLostHere) {
  Send("a", Ack::kOk);
  StoredMessage misdelivered = Stored("a");
  misdelivered.account = "v@example.org";
  const LedgerReport alone = Classify({misdelivered});
  EXPECT_EQ(alone.Summary(),
            "1 acknowledged: 1 lost, 0 corrupt, 0 duplicate, 1 phantom, 0 resurrected, 0 recovered, 0 stale, 0 flags, "
            "0 scripts");
  EXPECT_THAT(alone.phantom, ElementsAre("a v@example.org/INBOX UID 1 UIDVALIDITY 9"));
  EXPECT_THAT(alone.lost, ElementsAre(HasSubstr("a to u@example.org")));
  // Beside its own copy it is no duplicate: the one mailbox holds it once, and the other should not at all.
  EXPECT_EQ(Classify({Stored("a"), misdelivered}).Summary(),
            "1 acknowledged: 0 lost, 0 corrupt, 0 duplicate, 1 phantom, 0 resurrected, 0 recovered, 0 stale, 0 flags, "
            "0 scripts");
}

TEST_F(LedgerTest, ANewUidvalidityIsToldOnceForEachMailbox) {
  Send("a", Ack::kOk);
  Send("b", Ack::kOk);
  EXPECT_THAT(ledger_.Seen({Stored("a", 1), Stored("b", 2)}), Succeeds());
  EXPECT_THAT(Classify({Stored("a", 1), Stored("b", 2)}).stale, IsEmpty());
  EXPECT_THAT(Classify({Stored("a", 1, 10), Stored("b", 2, 10)}).stale,
              ElementsAre("u@example.org/INBOX UIDVALIDITY 9 is now 10"));
  EXPECT_THAT(Classify({Stored("b", 1, 10)}).stale, ElementsAre("u@example.org/INBOX UIDVALIDITY 9 is now 10"));
}

TEST_F(LedgerTest, AUidMustStayWithItsMessage) {
  Send("a", Ack::kOk);
  Send("b", Ack::kOk);
  EXPECT_THAT(ledger_.Seen({Stored("a", 1), Stored("b", 2)}), Succeeds());
  EXPECT_THAT(Classify({Stored("b", 1), Stored("a", 3)}).stale,
              ElementsAre("a u@example.org/INBOX UID 1 UIDVALIDITY 9 is now message b",
                          "b u@example.org/INBOX UID 2 UIDVALIDITY 9 is no longer there"));
}

TEST_F(LedgerTest, UidsAreSeenInAnyOrder) {
  EXPECT_THAT(ledger_.Seen({Stored("b", 2), Stored("a", 1)}), Succeeds());
  EXPECT_THAT(Classify({Stored("a", 1), Stored("b", 2)}).stale, IsEmpty());
}

TEST_F(LedgerTest, UidsOfOtherMailboxesAreOfNoConcern) {
  Send("a", Ack::kOk);
  EXPECT_THAT(ledger_.Seen({Stored("a", 1)}), Succeeds());
  StoredMessage other = Stored("x", 1, 77);
  other.account = "v@example.org";
  const LedgerReport report = Classify({Stored("a", 1), other});
  EXPECT_THAT(report.stale, IsEmpty());
  EXPECT_EQ(report.phantom.size(), 1u);
}

}  // namespace
}  // namespace e2e
