// A ledger in a file of its own, and words for what is done to its messages and scripts.
#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "steps/ledger.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {

inline constexpr const char* kUser = "u@example.org";
inline constexpr Ack kAcks[] = {Ack::kOk, Ack::kRefused, Ack::kUnknown};

class LedgerChangesTest : public testing::Test {
 protected:
  LedgerChangesTest() {
    auto made = Ledger::Create(file_);
    if (!made) ADD_FAILURE() << made.error().Render();
    ledger_.emplace(std::move(made).value());
  }

  void Append(const std::string& id, Ack ack, const std::string& mailbox = "a") {
    EXPECT_THAT(ledger_->Appending({id, kUser, "sha-" + id, 100, Ack::kUnknown, ""}, mailbox), Succeeds());
    EXPECT_THAT(ledger_->Answered(id, ack, "reply"), Succeeds());
  }
  // No `ack`: the harness was killed before the answer.
  void Change(LedgerChange change, std::optional<Ack> ack) {
    change.id = "op" + std::to_string(++operations_);
    change.account = kUser;
    EXPECT_THAT(ledger_->Changing(change), Succeeds());
    if (ack) {
      EXPECT_THAT(ledger_->Changed(change.id, *ack, "reply"), Succeeds());
    }
  }
  void Store(const std::string& id, const std::string& flags, std::optional<Ack> ack) {
    Change({"", ChangeKind::kStore, "", id, "", flags}, ack);
  }
  void Move(const std::string& id, std::optional<Ack> ack, const char* from = "a", const char* to = "b") {
    Change({"", ChangeKind::kMove, "", id, from, to}, ack);
  }
  void Expunge(const std::string& id, std::optional<Ack> ack) {
    Change({"", ChangeKind::kExpunge, "", id, "a", ""}, ack);
  }
  void Script(const std::string& name, const std::string& sha256, std::optional<Ack> ack) {
    Change({"", sha256.empty() ? ChangeKind::kNoScript : ChangeKind::kScript, "", name, "", sha256}, ack);
  }
  void Active(const std::string& name, std::optional<Ack> ack) {
    Change({"", ChangeKind::kActive, "", "", "", name}, ack);
  }
  void Given(const std::string& id, std::uint32_t uid, const char* mailbox = "a", std::uint32_t uidvalidity = 9) {
    EXPECT_THAT(ledger_->Given({kUser, mailbox, uidvalidity, uid, id, "", 0}), Succeeds());
  }
  void Opened(std::uint32_t uidnext, std::uint32_t uidvalidity = 9) {
    EXPECT_THAT(ledger_->Opened({kUser, "a", uidvalidity, uidnext}), Succeeds());
  }
  static StoredMessage In(const char* mailbox, const std::string& id, std::uint32_t uid = 1,
                          const std::string& flags = "") {
    return {kUser, mailbox, 9, uid, id, "sha-" + id, FlagsOf(flags)};
  }
  // The ledger and its file say the same.
  LedgerReport Classify(const Findings& found) const {
    const LedgerReport report = ledger_->Classify(found);
    const auto read = Ledger::Read(file_);
    if (!read) {
      ADD_FAILURE() << read.error().Render();
      return report;
    }
    const LedgerReport again = read->Classify(found);
    EXPECT_EQ(again.Summary() + again.Details(), report.Summary() + report.Details());
    return report;
  }
  LedgerReport Classify(std::vector<StoredMessage> messages) const {
    return Classify(Findings{std::move(messages), {}, {}});
  }
  std::vector<std::string> Scripts(std::vector<StoredScript> scripts) const {
    return Classify(Findings{{}, {}, std::move(scripts)}).scripts;
  }

  const TempDir dir_;
  const std::filesystem::path file_ = dir_ / "ledger.jsonl";
  std::optional<Ledger> ledger_;
  int operations_ = 0;
};

}  // namespace e2e
