// WriteWhole: a file that readers see as a whole or not at all.
#pragma once

#include <filesystem>
#include <string>

#include "base/outcome.h"

namespace e2e {

// Written beside `path` and then renamed. kInfra when that fails.
Status WriteWhole(const std::filesystem::path& path, const std::string& text);

}  // namespace e2e
