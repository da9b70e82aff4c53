#include "process/telling_runner.h"

#include <nlohmann/json.hpp>

#include <filesystem>

#include "base/text.h"

namespace e2e {
namespace {

constexpr std::size_t kWordsToTell = 3;

nlohmann::json WordsOf(const Command& command) {
  nlohmann::json words = nlohmann::json::array();
  for (std::size_t i = 0; i < command.argv.size() && i < kWordsToTell; ++i) {
    const std::string word = i == 0 ? std::filesystem::path(command.argv[i]).filename().string() : command.argv[i];
    words.push_back(Redact(word, command.secrets));
  }
  return words;
}

}  // namespace

Outcome<CommandResult> TellingRunner::Run(const Command& command, Deadline deadline) {
  const TimePoint start = clock_.Now();
  auto done = runner_.Run(command, deadline);
  const Duration took = std::chrono::duration_cast<Duration>(clock_.Now() - start);
  events_.Tell("command", {{"argv", WordsOf(command)},
                           {"from", Moment(start)},
                           {"seconds", Seconds(took)},
                           {"ok", done && done->ok()},
                           {"ended", done ? Text(*done) : std::string(Name(done.error().kind()))}});
  return done;
}

}  // namespace e2e
