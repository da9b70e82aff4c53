// A ledger makes its file, and holds it open for as long as it lives.
#include <gmock/gmock.h>

#include <filesystem>

#include "steps/ledger.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

int TimesOpen(const std::filesystem::path& file) {
  int times = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    times += std::filesystem::read_symlink(entry, gone) == file;
  }
  return times;
}

TEST(LedgerFile, IsNeverOneThatExists) {
  const TempDir dir;
  const auto ledger = Ledger::Create(dir / "a");
  EXPECT_THAT(Ledger::Create(dir / "a"), FailsWith(ErrorKind::kInternal, testing::HasSubstr("exists already")));
  EXPECT_THAT(Ledger::Create(dir / "absent/x"), FailsWith(ErrorKind::kInfra, testing::HasSubstr("No such file")));
  EXPECT_THAT(Ledger::Read(dir / "absent"), FailsWith(ErrorKind::kInfra, testing::HasSubstr("open failed")));
}

TEST(LedgerFile, IsClosedWithItsLedger) {
  const TempDir dir;
  {
    const auto ledger = Ledger::Create(dir / "a");
    ASSERT_THAT(ledger, Succeeds());
    EXPECT_EQ(TimesOpen(dir / "a"), 1);
  }
  EXPECT_EQ(TimesOpen(dir / "a"), 0);
}

TEST(LedgerFile, IsClosedWhereAnotherTakesItsPlace) {
  const TempDir dir;
  auto ledger = Ledger::Create(dir / "a");
  auto other = Ledger::Create(dir / "b");
  ASSERT_THAT(ledger, Succeeds());
  ASSERT_THAT(other, Succeeds());
  *ledger = std::move(*other);
  EXPECT_EQ(TimesOpen(dir / "a"), 0);
  EXPECT_EQ(TimesOpen(dir / "b"), 1);
}

}  // namespace
}  // namespace e2e
