#include "run/scenario_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

namespace e2e {
namespace {

// Shared by all loggers, so that lines of different scenarios don't mix. Its pattern is set once, here.
std::shared_ptr<spdlog::sinks::sink> Console() {
  static const auto kConsole = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    sink->set_level(spdlog::level::info);
    sink->set_pattern((isatty(STDERR_FILENO) != 0 ? kClearLine : "") + "%H:%M:%S %n: %v");
    return sink;
  }();
  return kConsole;
}

}  // namespace

struct ScenarioLog::Sinks {
  explicit Sinks(std::string name) : logger(std::move(name), Console()) {}
  spdlog::logger logger;
};

ScenarioLog::ScenarioLog(std::string name, const std::filesystem::path& file)
    : sinks_(std::make_unique<Sinks>(std::move(name))) {
  sinks_->logger.set_level(spdlog::level::debug);
  sinks_->logger.flush_on(spdlog::level::debug);
  if (file.empty()) return;
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
    sink->set_level(spdlog::level::debug);
    sink->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
    sinks_->logger.sinks().push_back(sink);
  } catch (const spdlog::spdlog_ex& problem) {
    // The run is worth more than its log file; the console still has the lines.
    Warn(std::string("no log file: ") + problem.what());
  }
}

ScenarioLog::~ScenarioLog() = default;

void ScenarioLog::Info(std::string_view line) {
  sinks_->logger.info("{}", line);
}
void ScenarioLog::Debug(std::string_view line) {
  sinks_->logger.debug("{}", line);
}
void ScenarioLog::Warn(std::string_view line) {
  sinks_->logger.warn("warning: {}", line);
}

}  // namespace e2e
