// The command line: subcommands, flags with their defaults, and the help with examples.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "run/options.h"

namespace e2e {

enum class Action { kRun, kLint, kList, kSchema, kReap };

struct CommandLine {
  Action action = Action::kRun;
  RunOptions options;
};

// The end of the process that the command line itself asks for: --help, --version, or a mistake.
struct EarlyExit {
  int code = 0;
};

// `argv` is without GoogleTest's own flags.
std::variant<CommandLine, EarlyExit> ParseCommandLine(int argc, char** argv);

}  // namespace e2e
