// The `merge` command: the runs of all shards become one.
#pragma once

#include <filesystem>
#include <vector>

namespace e2e {

// Joins the runs in `folders` (run/merge.h) into the folder `out`, says what came out, and gives the exit code.
int MergeRuns(const std::vector<std::filesystem::path>& folders, const std::filesystem::path& out);

}  // namespace e2e
