#include "gtest/ledger_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "run/verdict.h"
#include "steps/ledger.h"

namespace e2e {

int VerifyLedger(const std::filesystem::path& file) {
  const auto ledger = Ledger::Read(file);
  if (!ledger) {
    std::cerr << "stalwart-e2e: " << ledger.error().message() << "\n";
    return kExitUsage;
  }
  const auto count = [&](Ack ack) {
    return std::count_if(ledger->entries().begin(), ledger->entries().end(),
                         [ack](const LedgerEntry& entry) { return entry.ack == ack; });
  };
  std::cout << fmt::format("{}: {} messages: {} acknowledged, {} refused, {} unknown; {} UIDs recorded\n",
                           file.string(), ledger->entries().size(), count(Ack::kOk), count(Ack::kRefused),
                           count(Ack::kUnknown), ledger->seen().size());
  if (const ChangeCounts& changes = ledger->changes(); changes.begun > 0) {
    std::cout << fmt::format("{} changes: {} acknowledged, {} refused, {} unknown\n", changes.begun,
                             changes.acknowledged, changes.refused,
                             changes.begun - changes.acknowledged - changes.refused);
  }
  if (ledger->torn())
    std::cout << "its last line was cut off when the harness ended, and is left out: nothing had relied on it yet\n";
  if (ledger->strange() > 0)
    std::cout << fmt::format(
        "its line {} is not one that the harness wrote: what the file tells is not all there was\n", ledger->strange());
  if (!ledger->found()) {
    std::cout
        << "it has no whole read-back of all its messages: the run ended before mail.verify had read the mailboxes, "
           "so what was lost is not known\n";
    return ExitCode(Verdict::kInconclusive);
  }
  const LedgerReport report = ledger->Classify(*ledger->found());
  std::cout << fmt::format("its read-back has {} messages\n{}\n{}", ledger->found()->messages.size(), report.Summary(),
                           report.Details());
  if (!report.Clean()) return ExitCode(Verdict::kFail);
  const bool says_nothing = report.acknowledged + report.changes == 0 || ledger->strange() > 0;
  return says_nothing ? ExitCode(Verdict::kInconclusive) : 0;
}

}  // namespace e2e
