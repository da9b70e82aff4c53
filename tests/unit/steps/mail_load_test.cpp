// mail.load and mail.verify: the ledger against scripted servers.
#include "steps/mail_load.h"

#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class MailLoadTest : public MailFixture {
 protected:
  LoadPlan Plan(long long count) const {
    return {
        .port = "smtps", .count = static_cast<std::size_t>(count), .sizes = SizeMix({600, 600}), .ledger = "before"};
  }
  // The n-th message of the plan, as the loader makes it.
  static TestMessage Nth(int n, const std::string& from, const std::string& to) {
    return MakeMessage(fmt::format("e2e-before-{:05}", n), from, to, 600);
  }
  // A ledger as a load leaves it: one message for each account.
  void Remember() {
    auto ledger = Ledger::Create(dir_ / "ledger-before.jsonl");
    ASSERT_THAT(ledger, Succeeds());
    for (const auto& [message, account] : {std::pair(first_, "user1@example.org"), {second_, "user2@example.org"}}) {
      ASSERT_THAT(ledger->Sending({message.id, account, message.sha256, 1, Ack::kUnknown, ""}), Succeeds());
      ASSERT_THAT(ledger->Answered(message.id, Ack::kOk, "250 ok"), Succeeds());
    }
    world_.ledgers.insert_or_assign("before", std::move(*ledger));
    servers_.main.profile.redelivery = Duration(0);
  }
  // Every read goes through both accounts; a verification reads twice.
  Outcome<std::string> Verify(const Stored& one, const Stored& two, VerifyPlan plan = {.ledger = "before"}) {
    LoopbackServer imaps(Tls(), {ImapRead(one), ImapRead(two), ImapRead(one), ImapRead(two)});
    Serve("imaps", imaps);
    return VerifyMail(world_, plan, Soon());
  }

  const TestMessage first_ = MakeMessage("e2e-before-00000", "user1@example.org", "user1@example.org", 600);
  const TestMessage second_ = MakeMessage("e2e-before-00001", "user1@example.org", "user2@example.org", 600);
};

TEST_F(MailLoadTest, SubmitsUntilSoManyAreAcknowledgedAndRecordsUidsAtThreeQuarters) {
  const TestMessage kept = Nth(0, "user1@example.org", "user1@example.org");
  LoopbackServer smtps(Tls(),
                       {Script({PumpLogin(), SmtpMessage("250 ok: queued as a"), SmtpMessage("250 ok: queued as b"),
                                SmtpMessage("250 ok: queued as c"), SmtpQuit()}),
                        Script({PumpLogin(), SmtpMessage("250 ok: queued as d"), SmtpQuit()})});
  const TestMessage stranger = MakeMessage("e2e-other-00000", "user1@example.org", "user1@example.org", 600);
  LoopbackServer imaps(Tls(), {ImapRead({{1, AsStored(kept)}, {2, AsStored(stranger)}}), ImapRead({})});
  Serve("smtps", smtps);
  Serve("imaps", imaps);
  const auto note = LoadMail(world_, Plan(4), Soon());
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("4 acknowledged, 0 refused, 0 unknown"));
  const auto ledger = Ledger::Read(dir_ / "ledger-before.jsonl");
  ASSERT_THAT(ledger, Succeeds());
  EXPECT_EQ(ledger->Acknowledged(), 4u);
  EXPECT_EQ(ledger->entries()[3].reply, "250 ok: queued as d at the final dot");
  ASSERT_EQ(ledger->seen().size(), 1u);
  EXPECT_EQ(ledger->seen()[0].id, "e2e-before-00000");
  EXPECT_THAT(TempDir::Read(ledger->path()), HasSubstr("\"sha256\":\"" + kept.sha256));
  EXPECT_EQ(ledger->seen()[0].uidvalidity, 9u);
  EXPECT_EQ(world_.ledgers.at("before").Acknowledged(), 4u);
}

TEST_F(MailLoadTest, ARefusalIsRecordedAndMadeUpForAfterAPause) {
  LoopbackServer smtps(Tls(), {Script({PumpLogin(), SmtpMessage("452 full")}),
                               Script({PumpLogin(), SmtpMessage("250 ok: queued as a"), SmtpQuit()})});
  LoopbackServer imaps(Tls(), {ImapRead({}), ImapRead({})});
  Serve("smtps", smtps);
  Serve("imaps", imaps);
  const auto note = LoadMail(world_, Plan(1), Soon());
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("1 acknowledged, 1 refused, 0 unknown"));
  EXPECT_EQ(clock_.Elapsed(), Duration(200));
  EXPECT_EQ(world_.ledgers.at("before").entries()[0].ack, Ack::kRefused);
}

TEST_F(MailLoadTest, AnAcceptanceWithoutThePromiseOfDeliveryLeavesTheOutcomeOpen) {
  LoopbackServer smtps(Tls(), {Script({PumpLogin(), SmtpMessage("250 message discarded"), SmtpQuit()}),
                               Script({PumpLogin(), SmtpMessage("250 ok: queued as a"), SmtpQuit()})});
  LoopbackServer imaps(Tls(), {ImapRead({}), ImapRead({})});
  Serve("smtps", smtps);
  Serve("imaps", imaps);
  const auto note = LoadMail(world_, Plan(1), Soon());
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("1 acknowledged, 0 refused, 1 unknown"));
}

TEST_F(MailLoadTest, ALostConnectionLeavesTheOutcomeOpen) {
  Lines lost = SmtpMessage("250 never sent");
  lost.back() = "S! close";
  LoopbackServer smtps(
      Tls(), {Script({PumpLogin(), lost}), Script({PumpLogin(), SmtpMessage("250 ok: queued as a"), SmtpQuit()})});
  LoopbackServer imaps(Tls(), {ImapRead({}), ImapRead({})});
  Serve("smtps", smtps);
  Serve("imaps", imaps);
  const auto note = LoadMail(world_, Plan(1), Soon());
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("0 refused, 1 unknown"));
  EXPECT_EQ(world_.ledgers.at("before").entries()[0].ack, Ack::kUnknown);
}

TEST_F(MailLoadTest, MoreRefusalsThanMessagesEndItAndTheLedgerIsKept) {
  const auto session = Script({PumpLogin(), SmtpMessage("550 no such user")});
  LoopbackServer smtps(Tls(), {session, session});
  LoopbackServer imaps(Tls(), {ImapRead({}), ImapRead({})});
  Serve("smtps", smtps);
  Serve("imaps", imaps);
  EXPECT_THAT(LoadMail(world_, Plan(1), Soon()),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("refused 2 messages and acknowledged 0"), HasSubstr("550 no such user"))));
  EXPECT_EQ(world_.ledgers.at("before").entries().size(), 2u);
}

TEST_F(MailLoadTest, SeveralSessionsShareTheMessagesOut) {
  LoadPlan plan = Plan(4);
  plan.sessions = 2;
  const auto session = [](int messages) {
    LoopbackServer::Script script = Script({PumpLogin()});
    for (int i = 0; i < messages; ++i) {
      const Lines message = SmtpMessage("250 ok: queued as a");
      script.lines.insert(script.lines.end(), message.begin(), message.end());
    }
    script.lines.insert(script.lines.end(), {"C: QUIT", "S: 221 bye"});
    return script;
  };
  LoopbackServer::Options options = Tls();
  options.parallel = true;
  // Two and one up to three quarters, and one for the rest.
  auto first = session(2), second = session(1), last = session(1);
  first.lines.insert(first.lines.begin() + 9, {"S! wait second"});
  second.lines.emplace_back("S! release second");
  LoopbackServer smtps(options, {first, second, last});
  LoopbackServer imaps(Tls(), {ImapRead({}), ImapRead({})});
  Serve("smtps", smtps);
  Serve("imaps", imaps);
  ASSERT_THAT(LoadMail(world_, plan, Soon()), Succeeds());
  std::vector<std::string> ids;
  for (const LedgerEntry& entry : world_.ledgers.at("before").entries()) ids.push_back(entry.id);
  EXPECT_THAT(ids, testing::UnorderedElementsAre("e2e-before-00000", "e2e-before-00001", "e2e-before-00002",
                                                 "e2e-before-00003"));
}

TEST_F(MailLoadTest, KeepsToARate) {
  LoadPlan plan = Plan(3);
  plan.rate = 2;
  const Lines message = SmtpMessage("250 ok: queued as a");
  LoopbackServer smtps(
      Tls(), {Script({PumpLogin(), message, message, SmtpQuit()}), Script({PumpLogin(), message, SmtpQuit()})});
  LoopbackServer imaps(Tls(), {ImapRead({}), ImapRead({})});
  Serve("smtps", smtps);
  Serve("imaps", imaps);
  ASSERT_THAT(LoadMail(world_, plan, Soon()), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), Duration(1000));
}

TEST_F(MailLoadTest, EverythingThereIsClean) {
  Remember();
  const auto note = Verify({{1, AsStored(first_)}}, {{1, AsStored(second_)}});
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("2 acknowledged: 0 lost, 0 corrupt, 0 duplicate, 0 phantom"));
}

TEST_F(MailLoadTest, WhatIsLostIsNamed) {
  Remember();
  EXPECT_THAT(Verify({{1, AsStored(first_)}}, {}),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("2 acknowledged: 1 lost"), HasSubstr("lost (1):\n      e2e-before-00001"),
                              HasSubstr("ledger: " + (dir_ / "ledger-before.jsonl").string()))));
}

TEST_F(MailLoadTest, ACorruptAForeignAndADoubleMessageFail) {
  Remember();
  std::string changed = AsStored(second_);
  changed[changed.size() - 4] ^= 1;
  EXPECT_THAT(Verify({{1, AsStored(first_)}}, {{1, changed}}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("1 corrupt")));
  EXPECT_THAT(Verify({{1, AsStored(first_)}}, {{1, AsStored(second_)}, {2, "Subject: x\r\n\r\nspam\r\n"}}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("1 phantom")));
  EXPECT_THAT(Verify({{1, AsStored(first_)}}, {{1, AsStored(second_)}, {2, AsStored(second_)}}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("1 duplicate")));
  EXPECT_THAT(Verify({{1, AsStored(first_)}}, {{1, AsStored(second_)}, {2, AsStored(second_)}},
                     {.ledger = "before", .duplicate = 1}),
              Succeeds());
}

TEST_F(MailLoadTest, AMessageInTheWrongAccountIsLostAndPhantom) {
  Remember();
  EXPECT_THAT(Verify({{1, AsStored(first_)}, {2, AsStored(second_)}}, {}),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("1 lost, 0 corrupt, 0 duplicate, 1 phantom"),
                              HasSubstr("lost (1):\n      e2e-before-00001 to user2@example.org"),
                              HasSubstr("phantom (1):\n      e2e-before-00001 user1@example.org/INBOX UID 2"))));
}

TEST_F(MailLoadTest, UidsMustStayUnlessTheyNeedNot) {
  Remember();
  ASSERT_THAT(world_.ledgers.at("before").Seen({{"user1@example.org", "INBOX", 9, 7, first_.id, first_.sha256}}),
              Succeeds());
  const Stored one = {{1, AsStored(first_)}}, two = {{1, AsStored(second_)}};
  EXPECT_THAT(Verify(one, two), FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("1 stale"), HasSubstr("UID 7"))));
  EXPECT_THAT(Verify(one, two, {.ledger = "before", .same_uids = false}), Succeeds());
}

TEST_F(MailLoadTest, TheControlWantsAllOfThemGone) {
  Remember();
  const VerifyPlan control{.ledger = "before", .lost = VerifyPlan::Lost::kAll, .same_uids = false};
  EXPECT_THAT(Verify({}, {}, control), Succeeds());
  EXPECT_THAT(Verify({{1, AsStored(first_)}}, {}, control),
              FailsWith(ErrorKind::kExpectation, HasSubstr("wanted: all 2 lost")));
}

TEST_F(MailLoadTest, WhatWasNotSyncedMayBeGoneButNotChanged) {
  Remember();
  const VerifyPlan unsynced{.ledger = "before", .lost = VerifyPlan::Lost::kAny};
  const auto note = Verify({{1, AsStored(first_)}}, {}, unsynced);
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("2 acknowledged: 1 lost"));
  EXPECT_THAT(Verify({{1, AsStored(first_) + "more"}}, {}, unsynced),
              FailsWith(ErrorKind::kExpectation, HasSubstr("1 lost, 1 corrupt")));
}

TEST_F(MailLoadTest, WhatAnotherLedgerKnowsIsItsOwnMatter) {
  Remember();
  const TestMessage third = MakeMessage("e2e-other-00000", "user1@example.org", "user1@example.org", 600);
  const Stored one = {{1, AsStored(first_)}, {2, AsStored(third)}}, two = {{1, AsStored(second_)}};
  EXPECT_THAT(Verify(one, two), FailsWith(ErrorKind::kExpectation, HasSubstr("1 phantom")));
  auto other = Ledger::Create(dir_ / "ledger-other.jsonl");
  ASSERT_THAT(other->Sending({third.id, "user1@example.org", third.sha256, 1, Ack::kUnknown, ""}), Succeeds());
  world_.ledgers.insert_or_assign("other", std::move(*other));
  EXPECT_THAT(Verify(one, two), Succeeds());
}

TEST_F(MailLoadTest, WaitsForWhatIsStillInTheQueue) {
  Remember();
  servers_.main.profile.redelivery = Duration(5000);
  const Stored one = {{1, AsStored(first_)}}, two = {{1, AsStored(second_)}};
  LoopbackServer imaps(Tls(),
                       {ImapRead(one), ImapRead({}), ImapRead(one), ImapRead(two), ImapRead(one), ImapRead(two)});
  Serve("imaps", imaps);
  EXPECT_THAT(VerifyMail(world_, {.ledger = "before"}, Soon()), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), Duration(2000)) << "one pause for delivery, one for late duplicates";
}

TEST_F(MailLoadTest, AnEmptyLedgerProvesNothing) {
  auto ledger = Ledger::Create(dir_ / "empty.jsonl");
  ASSERT_THAT(ledger, Succeeds());
  world_.ledgers.insert_or_assign("before", std::move(*ledger));
  EXPECT_THAT(Verify({}, {}), FailsWith(ErrorKind::kInconclusive, HasSubstr("no acknowledged message")));
}

}  // namespace
}  // namespace e2e
