// ScenarioLog: one log file for each scenario, and the lines for the person who watches on stderr.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "run/options.h"

namespace e2e {

// Takes away the lines of a terminal that are written again and again (run/live_waits.h, run/live_board.h).
inline const std::string kClearLine = "\r\033[J";

// What the consoles of this process show from now on: warnings only, what one wants to see, or all.
void ShowOnConsole(Verbosity verbosity);

// Who shows a log's lines to the person who watches.
enum class Console {
  kStderr,          // this process, with time and name, on stderr
  kParent,          // the parent process, which gets them on our stdout (run/worker_lines.h)
  kParentTerminal,  // the same, and the parent has a terminal
};

// Lines of several scenarios at once stay whole. stdout is left to GoogleTest, but in a worker process.
// Thread rule: any thread.
class ScenarioLog : public Log {
 public:
  // `name` stands before each line on stderr. The file's folder must exist; without a file (empty path) only
  // the console has the lines.
  ScenarioLog(std::string name, const std::filesystem::path& file, Console console = Console::kStderr);
  ~ScenarioLog() override;

  void Info(std::string_view line) override;
  void Debug(std::string_view line) override;
  void Warn(std::string_view line) override;

 private:
  struct Sinks;
  std::unique_ptr<Sinks> sinks_;
};

}  // namespace e2e
