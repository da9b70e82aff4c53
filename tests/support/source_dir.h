// Where the sources are. Only source_dir.cpp is compiled with the path, so that the objects of two working copies are
// the same and a compiler cache serves both.
#pragma once

#include <filesystem>

namespace e2e {

// The top folder of the working copy that this was built from; absolute.
std::filesystem::path SourceDir();

}  // namespace e2e
