// A ledger against a server that lies about mail: the class and the number, to the message.
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/wait.h"
#include "lies/lying_server_fixture.h"
#include "steps/mail_feed.h"
#include "steps/mail_sessions.h"
#include "steps/ports.h"
#include "steps/read_back.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr std::size_t kSeen = 300, kMessages = 400, kSessions = 4;

// What a report says is wrong, by class, without what is not.
using Wrong = std::map<std::string, std::size_t>;
Wrong WrongIn(const LedgerReport& report) {
  Wrong wrong;
  const auto add = [&](const char* name, const std::vector<std::string>& lines) {
    if (!lines.empty()) wrong[name] = lines.size();
  };
  add("lost", report.lost);
  add("corrupt", report.corrupt);
  add("duplicate", report.duplicate);
  add("phantom", report.phantom);
  add("resurrected", report.resurrected);
  add("recovered", report.recovered);
  add("stale", report.stale);
  add("flags", report.flags);
  add("scripts", report.scripts);
  EXPECT_EQ(report.Clean(), wrong.empty()) << report.Summary();
  return wrong;
}

// Messages until so many were begun; all have to be acknowledged.
class TestFeed : public MailFeed {
 public:
  using MailFeed::MailFeed;
  void AimAt(std::size_t messages) { goal_ = messages; }
  void Wait(TimePoint) override {}

 private:
  std::size_t Wanted() const override { return goal_ - begun(); }
  Status Judge() override {
    if (counts().refused + counts().unknown == 0) return Status();
    return Error(ErrorKind::kExpectation, "not acknowledged: " + last_answer());
  }
  Status NotOpened(const Error& why) override { return why; }

  std::size_t goal_ = 0;
};

class LedgerLies : public LyingServerFixture {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(LyingServerFixture::SetUp());
    auto ledger = Ledger::Create(artifacts_ / "ledger.jsonl");
    ASSERT_THAT(ledger, Succeeds());
    ledger_.emplace(std::move(*ledger));
    feed_.emplace(FeedPlan{.accounts = world_.accounts,
                           .profile = world_.profile(),
                           .id_prefix = "lies",
                           .sizes = SizeMix({1024, 4096}),
                           .sessions = kSessions},
                  *ledger_, clock_);
  }
  // Until so many are acknowledged in all.
  void Send(std::size_t messages) {
    feed_->AimAt(messages);
    SmtpOptions to;
    to.endpoint = world_.endpoints["submission"];
    to.security = ContractOf("submission").security;
    SmtpPump pump({to, kSessions}, clock_, interrupt_, nullptr);
    ASSERT_THAT(pump.Run(*feed_, Limit()), Succeeds());
    ASSERT_EQ(ledger_->Acknowledged(), messages);
  }
  void Remember() {
    const auto seen = ReadMailboxes(world_, Limit());
    ASSERT_THAT(seen, Succeeds());
    ASSERT_THAT(ledger_->Seen(seen->messages), Succeeds());
  }
  LedgerReport Report() {
    const auto found = ReadMailboxes(world_, Limit());
    EXPECT_THAT(found, Succeeds());
    return found ? ledger_->Classify(*found) : LedgerReport{};
  }

  std::optional<Ledger> ledger_;
  std::optional<TestFeed> feed_;
};

struct Lie {
  std::string name;
  std::vector<std::string> flags;
  Wrong wrong;
  std::size_t stored = kMessages;

  friend void PrintTo(const Lie& lie, std::ostream* out) { *out << lie.name; }
};

class LedgerNames : public LedgerLies, public testing::WithParamInterface<Lie> {};

// As a scenario does it: a load, UIDs recorded in its middle, a kill, and what is there after the next start.
TEST_P(LedgerNames, TheLieAndItsNumber) {
  const Lie& lie = GetParam();
  ASSERT_NO_FATAL_FAILURE(Serve(lie.flags));
  ASSERT_NO_FATAL_FAILURE(Send(kSeen));
  ASSERT_NO_FATAL_FAILURE(Remember());
  ASSERT_NO_FATAL_FAILURE(Send(kMessages));
  server_.Kill();
  EXPECT_EQ(server_.StoredFiles(), lie.stored);
  ASSERT_NO_FATAL_FAILURE(Serve(lie.flags));
  const LedgerReport report = Report();
  EXPECT_EQ(report.acknowledged, kMessages);
  EXPECT_EQ(WrongIn(report), lie.wrong) << report.Summary() << "\n" << report.Details();
}

INSTANTIATE_TEST_SUITE_P(
    Of, LedgerNames,
    testing::Values(Lie{"Nothing", {}, {}}, Lie{"Lose", {"--lose=1/100"}, {{"lost", 4}}, kMessages - 4},
                    Lie{"Duplicate", {"--duplicate=1/50"}, {{"duplicate", 8}}, kMessages + 8},
                    Lie{"Corrupt", {"--corrupt=1/200"}, {{"corrupt", 2}}},
                    // Every UID that was recorded is another message's.
                    Lie{"ReuseUid", {"--reuse-uid"}, {{"stale", kSeen}}},
                    // Told once for each mailbox.
                    Lie{"NewUidvalidity", {"--new-uidvalidity"}, {{"stale", 4}}},
                    // What is lost is not doubled, too.
                    Lie{"LoseAndDuplicate", {"--lose=1/100", "--duplicate=1/50"}, {{"lost", 4}, {"duplicate", 4}}},
                    Lie{"WhatIsNoneOfItsBusiness", {"--open-relay", "--auth-before-tls", "--new-certificate"}, {}}),
    [](const auto& lie) { return lie.param.name; });

// Of what was acknowledged, exactly what came after the server began to lie.
TEST_F(LedgerLies, AKillTakesWhatWasAcknowledgedBeforeItWasWritten) {
  constexpr std::size_t kWritten = 60, kAll = 100;
  ASSERT_NO_FATAL_FAILURE(Serve({}));
  ASSERT_NO_FATAL_FAILURE(Send(kWritten));
  server_.Kill();
  ASSERT_NO_FATAL_FAILURE(Serve({"--ack-before-write=1h"}));
  ASSERT_NO_FATAL_FAILURE(Send(kAll));
  server_.Kill();
  EXPECT_EQ(server_.StoredFiles(), kWritten);
  ASSERT_NO_FATAL_FAILURE(Serve({}));
  const LedgerReport report = Report();
  EXPECT_THAT(WrongIn(report), ElementsAre(Pair("lost", kAll - kWritten))) << report.Details();
  for (std::size_t i = 0; i < report.lost.size(); ++i) {
    EXPECT_THAT(report.lost[i], testing::StartsWith(ledger_->entries()[kWritten + i].id + " to "));
  }
}

// What is written late, and not taken by a kill, is no loss.
TEST_F(LedgerLies, WhatIsWrittenLateIsThereInTheEnd) {
  ASSERT_NO_FATAL_FAILURE(Serve({"--ack-before-write=1ms"}));
  ASSERT_NO_FATAL_FAILURE(Send(20));
  LedgerReport report;
  const auto probe = [&]() -> Outcome<Probe> {
    report = Report();
    return report.lost.empty() ? Probe::Ready() : Probe::Pending(report.Summary());
  };
  EXPECT_THAT(WaitUntil(clock_, "all messages", Limit(), {.interval = Duration(10), .on_reason = {}}, probe),
              Succeeds());
  EXPECT_THAT(WrongIn(report), IsEmpty()) << report.Details();
}

}  // namespace
}  // namespace e2e
