// What must hold for every input of a fuzz target.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace e2e {

// Ends the program as a crash does, so that the fuzzer keeps the input.
inline void Demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace e2e
