#include "support/fake_command_runner.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace e2e {

FakeCommandRunner::~FakeCommandRunner() {
  for (const Scripted& left : script_) ADD_FAILURE() << "command expected but never run: " << left.pattern;
}

FakeCommandRunner& FakeCommandRunner::Expect(std::string pattern, CommandResult result) {
  script_.push_back({std::move(pattern), std::move(result), nullptr});
  return *this;
}

FakeCommandRunner& FakeCommandRunner::Expect(std::string pattern, Error error) {
  script_.push_back({std::move(pattern), std::move(error), nullptr});
  return *this;
}

FakeCommandRunner& FakeCommandRunner::Doing(std::function<void(const Command&)> action) {
  script_.back().action = std::move(action);
  return *this;
}

std::optional<FakeCommandRunner::Scripted> FakeCommandRunner::Next(const Command& command) {
  const std::lock_guard lock(mutex_);
  ran.push_back(command);
  const std::string line = Join(command.argv, " ");
  if (script_.empty() || !GlobMatch(script_.front().pattern, line)) {
    ADD_FAILURE() << "unexpected command: " << line
                  << "\n  expected next: " << (script_.empty() ? "nothing" : script_.front().pattern);
    return std::nullopt;
  }
  Scripted next = std::move(script_.front());
  script_.pop_front();
  return next;
}

Outcome<CommandResult> FakeCommandRunner::Run(const Command& command, Deadline) {
  const auto scripted = Next(command);
  if (!scripted) return Error(ErrorKind::kInternal, "unexpected command");
  const Scripted& next = *scripted;
  if (next.action) next.action(command);
  if (next.outcome && command.on_stderr_line && !next.outcome->err.empty()) {
    for (const std::string& text : Split(Tail(next.outcome->err, 1000), '\n')) command.on_stderr_line(text);
  }
  return next.outcome;
}

}  // namespace e2e
