#include "process/command.h"

#include <fmt/format.h>
#include <string.h>

#include <filesystem>

#include "base/text.h"

namespace e2e {
namespace {

constexpr std::size_t kTailLines = 30;

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

ErrorKind KindOf(const CommandResult& result) {
  if (std::holds_alternative<TimedOut>(result.exit)) return ErrorKind::kTimeout;
  if (std::holds_alternative<Interrupted>(result.exit)) return ErrorKind::kInterrupted;
  return ErrorKind::kCommandFailed;
}

}  // namespace

std::string Command::Pretty() const {
  // Redacted before quoting: quoting may change how a secret is spelled.
  const auto word = [this](std::string_view text) { return ShellQuote(Redact(text, secrets)); };
  std::string line;
  if (!stdin_text.empty()) line += fmt::format("printf %s {} | ", word(stdin_text));
  std::string words;
  if (!cwd.empty()) words += "cd " + word(cwd) + " && ";
  if (!unset_env.empty()) words += "env";
  for (const std::string& name : unset_env) words += " -u " + word(name);
  if (!unset_env.empty()) words += " ";
  for (const auto& [name, value] : env) words += name + "=" + word(value) + " ";
  std::vector<std::string> quoted;
  for (const std::string& arg : argv) quoted.push_back(word(arg));
  words += Join(quoted, " ");
  // The pipe must reach the program, not the change of folder.
  return !stdin_text.empty() && !cwd.empty() ? line + "(" + words + ")" : line + words;
}

std::string Text(const CommandResult& result) {
  return std::visit(
      Overloaded{[](Exited exited) { return fmt::format("exited with {}", exited.code); },
                 [](Signaled by) { return fmt::format("killed by signal {} ({})", by.signal, strsignal(by.signal)); },
                 [](TimedOut) { return std::string("ended at its deadline"); },
                 [](Interrupted) { return std::string("interrupted"); }},
      result.exit);
}

Outcome<std::string> RunChecked(CommandRunner& runner, const Command& command, Deadline deadline) {
  E2E_TRY(CommandResult result, runner.Run(command, deadline), "running " + command.Pretty());
  if (result.ok()) return std::move(result.out);
  const std::string& output = Trim(result.err).empty() ? result.out : result.err;
  const std::string tool = command.argv.empty() ? "" : std::filesystem::path(command.argv[0]).filename().string();
  return Error(KindOf(result), fmt::format("{} {} after {}", tool, Text(result), Text(result.elapsed)))
      .Detail("command: " + command.Pretty())
      .Detail(Redact(Tail(output, kTailLines), command.secrets));
}

}  // namespace e2e
