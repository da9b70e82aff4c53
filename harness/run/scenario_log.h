// ScenarioLog: one log file for each scenario, and the lines for the person who watches on stderr.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"

namespace e2e {

// Takes away a line of a terminal that is written again and again (run/live_waits.h).
inline const std::string kClearLine = "\r\033[K";

// Lines of several scenarios at once stay whole. stdout is left to GoogleTest.
// Thread rule: any thread.
class ScenarioLog : public Log {
 public:
  // `name` stands before each line on stderr. The file's folder must exist; without a file (empty path) only
  // stderr is written.
  ScenarioLog(std::string name, const std::filesystem::path& file);
  ~ScenarioLog() override;

  void Info(std::string_view line) override;
  void Debug(std::string_view line) override;
  void Warn(std::string_view line) override;

 private:
  struct Sinks;
  std::unique_ptr<Sinks> sinks_;
};

}  // namespace e2e
