// MutantChart: a copy of the chart under test with a mutant's changes.
#pragma once

#include <filesystem>
#include <vector>

#include "base/outcome.h"
#include "scenario/mutant.h"

namespace e2e {

// Copies `chart` to `target`, which must not be there yet, and makes the edits. Text that does not stand in its file
// exactly once, or that is replaced by itself, is kExpectation: the edit would prove nothing. kInfra when files can't
// be read or written.
Status MakeMutantChart(const std::filesystem::path& chart, const std::vector<ChartEdit>& edits,
                       const std::filesystem::path& target);

}  // namespace e2e
