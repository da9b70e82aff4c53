// Log: where progress and detail are told; the sinks belong to run/scenario_log.
#pragma once

#include <string_view>

namespace e2e {

class Log {
 public:
  virtual ~Log() = default;
  // A line for the person who watches the run.
  virtual void Info(std::string_view line) = 0;
  // A line for the log file only.
  virtual void Debug(std::string_view line) = 0;
  virtual void Warn(std::string_view line) = 0;
};

// Says nothing.
class NullLog : public Log {
 public:
  void Info(std::string_view) override {}
  void Debug(std::string_view) override {}
  void Warn(std::string_view) override {}
};

}  // namespace e2e
