// fault.kill within a message: what the receipt and the ledger say of it.
#include "support/kube_objects.h"
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class DataKillTest : public MailFixture {
 protected:
  DataKillTest() { world_.ledgers.insert_or_assign("before", Ledger::Create(dir_ / "ledger.jsonl").value()); }

  static Lines Login() {
    return {"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS",   "C: STARTTLS",     "S: 220 go",
            "S! tls",      "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN", "C: AUTH PLAIN *", "S: 235 in"};
  }
  // A submission whose server goes on like this after the 354.
  Outcome<std::string> Kill(const std::string& when, const Lines& after) {
    const Lines envelope = {"C: MAIL FROM:<*>", "S: 250 ok", "C: RCPT TO:<*>", "S: 250 ok", "C: DATA", "S: 354 go"};
    LoopbackServer server(Script({Login(), envelope, after}), Tls());
    Serve("submission", server);
    if (when == "after-dot") ExpectFreeze();
    kube_.Expect(kPods, 200, KubeList({RunningPod("pod", "1", "old-id")}));
    runner_
        .Expect(when == "after-dot" ? "docker exec node sh -c *kill -CONT* kill 0.002 10 10 11"
                                    : "docker exec node ctr --namespace k8s.io tasks kill --signal SIGKILL old-id",
                killed_)
        .Doing([&](const Command&) { server.Release("killed"); });
    if (killed_.ok()) {
      json pod = RunningPod("pod", "1", "new-id", 1);
      pod["status"]["containerStatuses"][0]["lastState"] = {{"terminated", {{"exitCode", 137}}}};
      kube_.Expect(kPods, 200, KubeList({pod}));
    } else {
      runner_.Expect("docker exec node kill -CONT 10 11");
      runner_.Expect("docker exec node cat /proc/1/stat *", FakeCommandRunner::Success("1 (i) S 0\n10 (a) S 1\n"));
    }
    return Run("fault.kill: {ledger: before, when: " + when + "}");
  }
  void ExpectFreeze() {
    kube_.Expect(kPods, 200, KubeList({RunningPod("pod", "1", "old-id")}));
    const CommandResult processes = FakeCommandRunner::Success("PID INFO\n10 -\n11 -\n");
    runner_.Expect("docker exec node ctr * tasks ps old-id", processes)
        .Expect("docker exec node kill -STOP 10 11")
        .Expect("docker exec node cat /proc/10/stat *", FakeCommandRunner::Success("10 (a) T 1\n11 (b) T 1\n"))
        .Expect("docker exec node ctr * tasks ps old-id", processes);
  }
  const LedgerEntry& Entry() const { return world_.ledgers.at("before").entries().back(); }

  CommandResult killed_ = FakeCommandRunner::Success("");
};

TEST_F(DataKillTest, BeforeTheDotNothingWasPromised) {
  const auto note = Kill("before-dot", {"C! bytes 2000000", "S! wait killed", "S! close"});
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, AllOf(HasSubstr("receipt: container old-id of pod pod got SIGKILL and ended with 137"),
                           HasSubstr("between 354 and the final dot of a message of "),
                           HasSubstr("answer: no reply at half of the message")));
  EXPECT_EQ(Entry().ack, Ack::kRefused);
  EXPECT_EQ(Entry().account, "user2@example.org");
  EXPECT_EQ(world_.receipts.size(), 1u);
}

TEST_F(DataKillTest, AfterTheDotTheOutcomeIsOpen) {
  const auto note = Kill("after-dot", {"C! data", "S! wait killed", "S! close"});
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("2ms after the server saw the final dot of a message of "));
  EXPECT_EQ(Entry().ack, Ack::kUnknown);
}

TEST_F(DataKillTest, AnAnswerThatCameFirstIsAPromise) {
  const auto note = Kill("after-dot", {"C! data", "S: 250 2.0.0 Ok: queued as 1", "S! wait killed", "S! close"});
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("answer: 250 2.0.0 Ok: queued as 1 at the final dot"));
  EXPECT_EQ(Entry().ack, Ack::kOk);
}

TEST_F(DataKillTest, WhatCanNotBeKilledDoesNotStayFrozen) {
  killed_ = FakeCommandRunner::Failure(1, "No such process");
  EXPECT_THAT(Kill("after-dot", {"C! data"}),
              FailsWith(ErrorKind::kInconclusive, AllOf(HasSubstr("no kill 2ms after"), HasSubstr("no receipt"))));
  EXPECT_EQ(Entry().ack, Ack::kUnknown);
  EXPECT_TRUE(world_.receipts.empty());
}

TEST_F(DataKillTest, AServerThatDoesNotTakeTheDataIsNotKilled) {
  LoopbackServer server(Script({Login(), {"C: MAIL FROM:<*>", "S: 452 no", "C: RSET", "S: 250 ok"}}), Tls());
  Serve("submission", server);
  EXPECT_THAT(Run("fault.kill: {ledger: before, when: before-dot}"),
              FailsWith(ErrorKind::kInconclusive,
                        AllOf(HasSubstr("no kill between 354 and the final dot"), HasSubstr("452 no"))));
  EXPECT_TRUE(world_.receipts.empty());
}

}  // namespace
}  // namespace e2e
