// FakeCommandRunner: plays a script of expected commands in their order.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "process/command.h"

namespace e2e {

// Fails the test on a command that the script doesn't have next, and on a script that was not used up. Thread rule: the
// script is written by one thread, commands may come from any.
class FakeCommandRunner : public CommandRunner {
 public:
  ~FakeCommandRunner() override;

  // `pattern` is matched against the words of argv joined by spaces, with * and ?.
  FakeCommandRunner& Expect(std::string pattern, CommandResult result = Success(""));
  FakeCommandRunner& Expect(std::string pattern, Error error);
  // Runs `action` when the command before it is run: the side effect of the program.
  FakeCommandRunner& Doing(std::function<void(const Command&)> action);

  Outcome<CommandResult> Run(const Command& command, Deadline deadline) override;

  static CommandResult Success(std::string out) { return {Exited{0}, std::move(out), "", Duration(1)}; }
  static CommandResult Failure(int code, std::string err) { return {Exited{code}, "", std::move(err), Duration(1)}; }

  // The commands that were run, in order.
  std::vector<Command> ran;

 private:
  struct Scripted {
    std::string pattern;
    Outcome<CommandResult> outcome;
    std::function<void(const Command&)> action;
  };
  std::optional<Scripted> Next(const Command& command);

  std::mutex mutex_;
  std::deque<Scripted> script_;
};

}  // namespace e2e
