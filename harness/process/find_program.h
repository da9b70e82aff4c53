// FindProgram: resolves a program's name the way a shell would, with a message that says where it looked.
#pragma once

#include <string>

#include "base/outcome.h"
#include "process/command.h"

namespace e2e {

// The path of the program in `command.argv[0]`: as given when it has a slash, otherwise the first
// executable of that name on the command's PATH. kToolMissing names the program and PATH.
Outcome<std::string> FindProgram(const Command& command);

}  // namespace e2e
