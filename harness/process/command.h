// Command: one external program to run, and CommandRunner: the seam through which every program is run.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"

namespace e2e {

// Value type. The program gets the words of `argv` as they are; no shell is in between.
struct Command {
  // The first word is a program's name (looked for on PATH) or its path.
  std::vector<std::string> argv{};
  // Added to the inherited environment.
  std::map<std::string, std::string> env{};
  // Left out of the inherited environment.
  std::vector<std::string> unset_env{};
  // Default: the caller's working folder.
  std::string cwd{};
  // Default: nothing to read.
  std::string stdin_text{};
  // Replaced by *** wherever the command or its output is shown.
  std::vector<std::string> secrets{};
  // Called with each whole line of a stream, without its newline, as soon as it is there; from the thread that runs
  // the command.
  std::function<void(std::string_view line)> on_stdout_line{};
  std::function<void(std::string_view line)> on_stderr_line{};

  // Part of a teardown: runs although the user asked to stop. A second request still ends everything.
  bool cleanup = false;
  // When the user asks to stop, the program gets SIGINT and has this long to end in its own way; the result is then
  // what it ended with. Default: no time, it is ended as at its deadline.
  Duration interrupt_grace{0};

  // One line to paste into a shell, redacted.
  std::string Pretty() const;
};

struct Exited {
  int code = 0;
  bool operator==(const Exited&) const = default;
};
struct Signaled {
  int signal = 0;
  bool operator==(const Signaled&) const = default;
};
// The deadline passed and the program was ended.
struct TimedOut {
  bool operator==(const TimedOut&) const = default;
};
// The user asked to stop and the program was ended, or never started.
struct Interrupted {
  bool operator==(const Interrupted&) const = default;
};

struct CommandResult {
  std::variant<Exited, Signaled, TimedOut, Interrupted> exit;
  std::string out;
  std::string err;
  Duration elapsed{0};

  // Ended by itself with status 0.
  bool ok() const { return exit == decltype(exit)(Exited{0}); }
};

// "exited with 1", "killed by signal 9 (Killed)", "ended at its deadline", "interrupted".
std::string Text(const CommandResult& result);

class CommandRunner {
 public:
  virtual ~CommandRunner() = default;
  // A program that ran and failed is a result, not an Error. kToolMissing when it isn't there, kInfra
  // when it could not be started. Thread rule: any thread, which must live until the call returns.
  virtual Outcome<CommandResult> Run(const Command& command, Deadline deadline) = 0;
};

// The stdout of a success. Otherwise kCommandFailed, kTimeout or kInterrupted, with the command to paste
// and the tail of its stderr (of stdout, when stderr is empty) as detail.
Outcome<std::string> RunChecked(CommandRunner& runner, const Command& command, Deadline deadline);

}  // namespace e2e
