// Excerpt: the lines of a file around a place in it.
#pragma once

#include <string>

#include "base/error.h"

namespace e2e {

// The line of `where` with two before and two after it, each with its number, and "> " before the line itself. Empty
// when `where` has no line, or the file can't be read or is shorter.
std::string Excerpt(const SourceLocation& where);

}  // namespace e2e
