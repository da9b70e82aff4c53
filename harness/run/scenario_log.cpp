#include "run/scenario_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <cstdio>
#include <mutex>

#include "run/worker_lines.h"

namespace e2e {
namespace {

// Each line as one that the parent process understands.
class ParentSink : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string line = WorkerLine({message.payload.data(), message.payload.size()}) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
  }
  void flush_() override {}
};

// Shared by all loggers, so that lines of different scenarios don't mix. Its pattern is set once, here.
std::shared_ptr<spdlog::sinks::sink> Stderr() {
  static const auto kConsole = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    sink->set_level(spdlog::level::info);
    sink->set_pattern((isatty(STDERR_FILENO) != 0 ? kClearLine : "") + "%H:%M:%S %n: %v");
    return sink;
  }();
  return kConsole;
}

std::shared_ptr<spdlog::sinks::sink> SinkOf(Console console) {
  if (console == Console::kStderr) return Stderr();
  auto sink = std::make_shared<ParentSink>();
  sink->set_level(spdlog::level::info);
  return sink;
}

}  // namespace

struct ScenarioLog::Sinks {
  Sinks(std::string name, Console console) : logger(std::move(name), SinkOf(console)) {}
  spdlog::logger logger;
};

ScenarioLog::ScenarioLog(std::string name, const std::filesystem::path& file, Console console)
    : sinks_(std::make_unique<Sinks>(std::move(name), console)) {
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
