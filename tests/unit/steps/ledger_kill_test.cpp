// What a ledger's file is worth when its harness was killed.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "steps/ledger.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

// Records messages for ever, and writes an octet to `told` for each one that is on the disk.
[[noreturn]] void RecordUntilKilled(const std::filesystem::path& file, int told) {
  auto ledger = Ledger::Create(file);
  for (int n = 0; ledger; ++n) {
    const std::string id = "m" + std::to_string(n);
    if (!ledger->Sending({id, "u@example.org", "sha", 100, Ack::kUnknown, ""})) break;
    if (!ledger->Answered(id, Ack::kOk, "250 ok")) break;
    if (write(told, "x", 1) != 1) break;
  }
  _exit(1);
}

TEST(LedgerAfterAKill, HoldsAllThatWasRecorded) {
  const TempDir dir;
  const std::filesystem::path file = dir / "ledger.jsonl";
  int told[2];
  ASSERT_EQ(pipe(told), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) RecordUntilKilled(file, told[1]);
  close(told[1]);
  std::size_t recorded = 0;
  for (char octet = 0; recorded < 50 && read(told[0], &octet, 1) == 1;) ++recorded;
  ASSERT_EQ(kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  for (char octet = 0; read(told[0], &octet, 1) == 1;) ++recorded;
  close(told[0]);
  const auto ledger = Ledger::Read(file);
  ASSERT_THAT(ledger, Succeeds());
  EXPECT_GE(recorded, 50u);
  EXPECT_GE(ledger->Acknowledged(), recorded);
  EXPECT_LE(ledger->entries().size(), recorded + 2);
}

}  // namespace
}  // namespace e2e
