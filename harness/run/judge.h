// Judge: what a scenario that was run on a mutant says of the check that should notice it.
#pragma once

#include <string_view>

#include "run/result.h"

namespace e2e {

// "killed", "survived", "wrong", "void", "unjudged".
std::string_view Name(Fate fate);
Fate FateNamed(std::string_view name);

// Fills result.mutant. A killed mutant makes the result a PASS, with a note; one that survived, was void or was killed
// by something else a FAIL that says so. A scenario that came to nothing stays what it is.
void Judge(const Mutant& mutant, ScenarioResult& result);

}  // namespace e2e
