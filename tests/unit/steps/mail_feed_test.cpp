// MailFeed: which messages a pump is given, when, and what is in the ledger by then.
#include "steps/mail_feed.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::Not;

class OpenFeed : public MailFeed {
 public:
  using MailFeed::MailFeed;
  void Wait(TimePoint) override {}
  std::size_t wanted = 100;

 private:
  std::size_t Wanted() const override { return wanted - begun(); }
  Status NotOpened(const Error& why) override { return why; }
};

class MailFeedTest : public testing::Test {
 protected:
  MailFeedTest() {
    plan_.accounts = {{"a@x", "1"}, {"b@x", "2"}, {"c@x", "3"}};
    plan_.profile = *FindProfile("reference");
    plan_.id_prefix = "run";
  }
  OpenFeed& Feed() {
    if (!feed_) feed_.emplace(plan_, ledger_, clock_);
    return *feed_;
  }
  std::vector<PumpMessage> Turn(const std::vector<PumpResult>& results, const std::vector<std::size_t>& ready) {
    auto messages = Feed().Turn(results, ready);
    EXPECT_THAT(messages, Succeeds());
    return messages ? std::move(*messages) : std::vector<PumpMessage>();
  }
  static PumpResult Result(const std::string& id, SendOutcome outcome, SmtpReply reply) {
    return {0, id, {outcome, std::move(reply), "the final dot", {}}};
  }
  // Who sends what to whom when `sessions` sessions take turns until nothing is left.
  std::vector<std::string> AllOf(std::size_t wanted) {
    Feed().wanted = wanted;
    std::vector<std::string> all;
    while (const auto plan = Feed().Open()) {
      for (std::size_t i = 0; i < plan->messages; ++i) {
        for (const PumpMessage& message : Turn({}, {plan->session})) {
          all.push_back(message.id + " " + message.envelope.from + " " + message.envelope.to.front());
        }
      }
      EXPECT_THAT(Feed().Closed(plan->session, {}), Succeeds());
    }
    return all;
  }

  const TempDir dir_;
  FakeClock clock_;
  Ledger ledger_ = Ledger::Create(dir_ / "ledger.jsonl").value();
  FeedPlan plan_;
  std::optional<OpenFeed> feed_;
};

TEST_F(MailFeedTest, EachSessionIsOfTheNextAccountAndEachMessageToTheNext) {
  const std::vector<std::string> all = AllOf(12);
  ASSERT_EQ(all.size(), 12u);
  EXPECT_EQ(all[0], "run-00000 a@x a@x");
  EXPECT_EQ(all[1], "run-00001 a@x b@x");
  EXPECT_EQ(all[9], "run-00009 a@x a@x");
  EXPECT_EQ(all[10], "run-00010 b@x b@x");
}

TEST_F(MailFeedTest, SessionsThatEndEarlyAreSpreadOverAllPairs) {
  plan_.accounts.push_back({"d@x", "4"});
  Feed().wanted = 1000;
  std::map<std::string, int> pairs;
  for (int i = 0; i < 64; ++i) {
    const auto plan = Feed().Open();
    ASSERT_TRUE(plan);
    for (const PumpMessage& message : Turn({}, {plan->session}))
      ++pairs[message.envelope.from + " " + message.envelope.to.front()];
    EXPECT_THAT(Feed().Closed(plan->session, {}), Succeeds());
  }
  EXPECT_EQ(pairs.size(), 16u);
  for (const auto& [pair, count] : pairs) EXPECT_EQ(count, 4) << pair;
}

TEST_F(MailFeedTest, WithoutALoginASessionMayBringAnyNumber) {
  plan_.log_in = false;
  plan_.per_session = 100;
  const auto plan = Feed().Open();
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->login);
  EXPECT_EQ(plan->messages, 100u);
}

TEST_F(MailFeedTest, LastMessagesAreSharedOutBetweenAllSessions) {
  plan_.sessions = 4;
  Feed().wanted = 14;
  std::vector<std::size_t> shares;
  while (const auto plan = Feed().Open()) shares.push_back(plan->messages);
  EXPECT_THAT(shares, ElementsAre(4u, 4u, 4u, 2u));
}

TEST_F(MailFeedTest, AMessageIsInTheFileBeforeItIsGivenAndAnAnswerBeforeItCounts) {
  const auto plan = Feed().Open();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->login->user, "a@x");
  ASSERT_EQ(Turn({}, {plan->session}).size(), 1u);
  ASSERT_EQ(Ledger::Read(dir_ / "ledger.jsonl")->entries().size(), 10u) << "all of the session, in one piece";
  EXPECT_EQ(Feed().counts().acknowledged, 0u);
  Turn({Result("run-00000", SendOutcome::kOk, {250, {"queued as 1"}})}, {});
  EXPECT_EQ(Ledger::Read(dir_ / "ledger.jsonl")->entries().front().reply, "250 queued as 1 at the final dot");
  EXPECT_EQ(Feed().counts().acknowledged, 1u);
}

TEST_F(MailFeedTest, TheLedgerIsAheadOfEverySessionByAFewMessages) {
  plan_.per_session = 100;
  const auto one = Feed().Open();
  Feed().wanted = 200;
  const auto two = Feed().Open();
  const auto recorded = [&] { return Ledger::Read(dir_ / "ledger.jsonl")->entries().size(); };
  Turn({}, {one->session, two->session});
  EXPECT_EQ(recorded(), 32u);
  for (int i = 1; i < 16; ++i) Turn({}, {one->session});
  EXPECT_EQ(recorded(), 32u);
  Turn({}, {one->session});
  EXPECT_EQ(recorded(), 32u + 16 + 1) << "sixteen for the one that has none, and what the other has sent";
}

TEST_F(MailFeedTest, OfLargeMessagesTheLedgerIsAheadByOne) {
  plan_.sizes = SizeMix({300 * 1024, 300 * 1024});
  const auto plan = Feed().Open();
  Turn({}, {plan->session});
  EXPECT_EQ(Ledger::Read(dir_ / "ledger.jsonl")->entries().size(), 1u);
}

TEST_F(MailFeedTest, WhatIsInTheLedgerAndNeverBegunIsRefusedAndNotCounted) {
  const auto plan = Feed().Open();
  Turn({}, {plan->session});
  EXPECT_THAT(Feed().Closed(plan->session, {}), Succeeds());
  const auto read = Ledger::Read(dir_ / "ledger.jsonl");
  EXPECT_EQ(read->entries().front().ack, Ack::kUnknown) << "it is under way";
  for (std::size_t i = 1; i < 10; ++i) EXPECT_EQ(read->entries()[i].ack, Ack::kRefused);
  EXPECT_EQ(read->entries().back().reply, "never begun");
  EXPECT_EQ(Feed().counts().refused, 0u);
}

TEST_F(MailFeedTest, WhileOthersAreUnderWayAResultIsCountedWithinFiftyMilliseconds) {
  const auto plan = Feed().Open();
  for (int i = 0; i < 3; ++i) Turn({}, {plan->session});
  const auto ok = [](const char* id) { return Result(id, SendOutcome::kOk, {250, {"queued as 1"}}); };
  Turn({ok("run-00000")}, {});
  EXPECT_EQ(Feed().counts().acknowledged, 0u);
  clock_.Advance(Duration(50));
  Turn({}, {plan->session});
  EXPECT_EQ(Feed().counts().acknowledged, 1u);
  Turn({ok("run-00001"), ok("run-00002"), ok("run-00003")}, {});
  EXPECT_EQ(Feed().counts().acknowledged, 4u) << "none is left for which one could wait";
}

TEST_F(MailFeedTest, CountsWhatIsRefusedAndWhatNobodyKnows) {
  const auto plan = Feed().Open();
  for (int i = 0; i < 3; ++i) Turn({}, {plan->session});
  Turn({Result("run-00000", SendOutcome::kRefused, {452, {"full"}}), Result("run-00001", SendOutcome::kUnknown, {}),
        Result("run-00002", SendOutcome::kOk, {250, {"discarded"}})},
       {});
  EXPECT_EQ(Feed().counts().refused, 1u);
  EXPECT_EQ(Feed().counts().unknown, 2u);
  EXPECT_EQ(Feed().last_answer(), "250 discarded at the final dot");
}

TEST_F(MailFeedTest, RefusalsOfManySessionsAreOnePauseThatGrowsWithTheNext) {
  plan_.pause = Duration(200);
  const auto plan = Feed().Open();
  for (int i = 0; i < 4; ++i) Turn({}, {plan->session});
  const auto refused = [](const char* id) { return Result(id, SendOutcome::kRefused, {452, {"full"}}); };
  EXPECT_TRUE(Turn({refused("run-00000"), refused("run-00001")}, {plan->session}).empty());
  EXPECT_EQ(Feed().Open(), std::nullopt);
  EXPECT_EQ(Feed().Due(), clock_.Now() + Duration(200));
  clock_.Advance(Duration(200));
  EXPECT_EQ(Turn({}, {plan->session}).size(), 1u);
  Turn({refused("run-00002")}, {});
  EXPECT_EQ(Feed().Due(), clock_.Now() + Duration(400));
  clock_.Advance(Duration(400));
  Turn({Result("run-00003", SendOutcome::kOk, {250, {"queued as 1"}})}, {plan->session});
  Turn({refused("run-00004")}, {});
  EXPECT_EQ(Feed().Due(), clock_.Now() + Duration(200)) << "an acknowledgement makes the pauses short again";
}

TEST_F(MailFeedTest, ARateSpreadsMessagesAndMakesUpForLittle) {
  plan_.rate = 20;
  const auto plan = Feed().Open();
  const std::vector<std::size_t> ready(5, plan->session);
  EXPECT_EQ(Turn({}, ready).size(), 1u);
  EXPECT_EQ(Feed().Due(), clock_.Now() + Duration(50));
  clock_.Advance(Duration(100));
  EXPECT_EQ(Turn({}, ready).size(), 2u);
  clock_.Advance(Duration(5000));
  EXPECT_EQ(Turn({}, ready).size(), 3u) << "what was due now, and 100 ms before it";
}

TEST_F(MailFeedTest, WhatASessionWasPromisedGoesToOthersWhenItEnds) {
  Feed().wanted = 2;
  const auto plan = Feed().Open();
  ASSERT_EQ(plan->messages, 2u);
  Turn({}, {plan->session});
  EXPECT_FALSE(Feed().Open());
  EXPECT_THAT(Feed().Closed(plan->session, {}), Succeeds());
  const auto next = Feed().Open();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->messages, 1u);
  EXPECT_EQ(next->login->user, "b@x");
  EXPECT_THAT(Feed().Closed(next->session, Error(ErrorKind::kTransport, "away")), Not(Succeeds()));
  EXPECT_EQ(Feed().counts().unreachable, 1u);
}

TEST_F(MailFeedTest, ALedgerThatCanNotBeWrittenIsAnError) {
  Ledger gone = std::move(ledger_);
  const auto plan = Feed().Open();
  EXPECT_THAT(Feed().Turn({}, {plan->session}), FailsWith(ErrorKind::kInfra, testing::HasSubstr("failed")));
}

}  // namespace
}  // namespace e2e
