// `stalwart-e2e ledger`: judges a ledger's file by itself.
#pragma once

#include <filesystem>

namespace e2e {

// Prints what the ledger holds, and its last read-back held against it. 0: nothing acknowledged is lost, and nothing
// else is wrong; 1: something is; 4: there is nothing to judge by; 2: the file can't be read.
int VerifyLedger(const std::filesystem::path& file);

}  // namespace e2e
