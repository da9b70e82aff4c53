// A ledger's file that holds anything.
#include <cstdint>

#include "fuzz/support/demand.h"
#include "steps/ledger.h"
#include "support/temp_dir.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace e2e;
  static const TempDir folder;
  const auto file = folder.Write("ledger.jsonl", {reinterpret_cast<const char*>(data), size});
  const auto ledger = Ledger::Read(file);
  if (!ledger) return 0;
  (void)ledger->ScriptAccounts();
  Demand(ledger->Acknowledged() <= ledger->entries().size(), "only what was sent is acknowledged");
  if (ledger->found()) (void)ledger->Classify(*ledger->found());
  (void)ledger->Classify({});
  return 0;
}
