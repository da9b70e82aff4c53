// RunProved: a step as the scenario runs it; a fault counts only with its receipt.
#pragma once

#include <cstddef>
#include <string>

#include "steps/step.h"
#include "steps/world.h"

namespace e2e {

// Runs the step with its texts replaced. A fault that left no receipt in world.receipts is kInconclusive.
Outcome<std::string> RunProved(const CompiledStep& step, World& world, Deadline deadline);
// What a fault of this kind comes to that left none.
Error Unproved(const std::string& kind);
// The texts of the receipts from the `first` on, without secrets; empty when there is none.
std::string ReceiptsSince(const World& world, std::size_t first);

}  // namespace e2e
