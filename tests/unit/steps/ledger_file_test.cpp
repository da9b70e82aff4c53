// A ledger's file: made once, held open for as long as the ledger lives, and read again line by line.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

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

TEST(LedgerFile, HasNoStrangeLineOfItsOwn) {
  const TempDir dir;
  auto ledger = Ledger::Create(dir / "a");
  ASSERT_THAT(ledger, Succeeds());
  EXPECT_THAT(ledger->Appending({"m", "u@example.org", "00", 1, Ack::kUnknown, ""}, "a"), Succeeds());
  EXPECT_THAT(ledger->Answered("m", Ack::kOk, "OK"), Succeeds());
  EXPECT_THAT(ledger->Changing({"c", ChangeKind::kMove, "u@example.org", "m", "a", "b"}), Succeeds());
  EXPECT_THAT(ledger->Changed("c", Ack::kOk, "OK"), Succeeds());
  const StoredMessage stored{"u@example.org", "b", 9, 1, "m", "00", 0};
  EXPECT_THAT(ledger->ReadBack({{stored}, {{"u@example.org", "b", 9, 2}}, {{"u@example.org", "s", "00", true}}}),
              Succeeds());
  EXPECT_THAT(ledger->Seen({stored}), Succeeds());
  EXPECT_THAT(ledger->Given(stored), Succeeds());
  EXPECT_THAT(ledger->Opened({"u@example.org", "b", 9, 2}), Succeeds());
  const auto read = Ledger::Read(dir / "a");
  EXPECT_EQ(read->strange(), 0u) << TempDir::Read(dir / "a");
  ASSERT_TRUE(read->found()) << "nothing was sent or changed behind it";
  EXPECT_EQ(read->found()->scripts.size(), 1u);
}

TEST(LedgerFile, EachLineThatNoLedgerWritesIsStrange) {
  const TempDir dir;
  const char* const lines[] = {"garbage",
                               "[1]",
                               "7",
                               "null",
                               "{}",
                               R"({"op":5})",
                               R"({"op":"else"})",
                               R"({"op":"sending","id":7})",
                               R"({"op":"answered","id":"none"})",
                               R"({"op":"changing","id":"x","kind":"else"})"};
  for (const char* const line : lines) {
    std::ofstream(dir / "a") << line << "\n";
    EXPECT_EQ(Ledger::Read(dir / "a")->strange(), 1u) << line;
    std::ofstream(dir / "a") << R"({"op":"read-back","messages":1})"
                             << "\n"
                             << line << "\n";
    EXPECT_EQ(Ledger::Read(dir / "a")->strange(), 2u) << line << " within a read-back";
  }
}

TEST(LedgerFile, MoreFoundThanWasAnnouncedIsStrange) {
  const TempDir dir;
  const std::string found = R"({"op":"found","id":"m"})";
  std::ofstream(dir / "a") << found << "\n";
  EXPECT_EQ(Ledger::Read(dir / "a")->strange(), 1u);
  std::ofstream(dir / "a") << R"({"op":"read-back","messages":1})"
                           << "\n"
                           << found << "\n"
                           << found << "\n";
  const auto read = Ledger::Read(dir / "a");
  EXPECT_EQ(read->strange(), 3u);
  EXPECT_EQ(read->found()->messages.size(), 1u);
}

}  // namespace
}  // namespace e2e
