#include "run/scenario_log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <string_view>

#include "run/worker_lines.h"

namespace e2e {
namespace {

// Of all consoles of this process.
std::atomic<spdlog::level::level_enum> console_level{spdlog::level::info};

// Each line as one that the parent process understands.
class ParentSink : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (message.level < console_level) return;
    const WorkerSays says = message.level >= spdlog::level::warn    ? WorkerSays::kWarning
                            : message.level <= spdlog::level::debug ? WorkerSays::kDetail
                                                                    : WorkerSays::kLine;
    const std::string line = WorkerLine({says, {message.payload.data(), message.payload.size()}}) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
  }
  void flush_() override {}
};

class StderrSink : public spdlog::sinks::stderr_sink_mt {
 public:
  void log(const spdlog::details::log_msg& message) override {
    if (message.level >= console_level) spdlog::sinks::stderr_sink_mt::log(message);
  }
};

// "warning: " before a warning, nothing before other lines.
class WarningFlag : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    constexpr std::string_view kWarning = "warning: ";
    if (message.level >= spdlog::level::warn) out.append(kWarning.data(), kWarning.data() + kWarning.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<WarningFlag>(); }
};

// Shared by all loggers, so that lines of different scenarios don't mix. Its pattern is set once, here.
std::shared_ptr<spdlog::sinks::sink> Stderr() {
  static const auto kConsole = [] {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<WarningFlag>('*').set_pattern((isatty(STDERR_FILENO) != 0 ? kClearLine : "") +
                                                      "%H:%M:%S %n: %*%v");
    auto sink = std::make_shared<StderrSink>();
    sink->set_formatter(std::move(formatter));
    return sink;
  }();
  return kConsole;
}

std::shared_ptr<spdlog::sinks::sink> SinkOf(Console console) {
  if (console == Console::kStderr) return Stderr();
  return std::make_shared<ParentSink>();
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

void ShowOnConsole(Verbosity verbosity) {
  console_level = verbosity == Verbosity::kQuiet     ? spdlog::level::warn
                  : verbosity == Verbosity::kVerbose ? spdlog::level::debug
                                                     : spdlog::level::info;
}

ScenarioLog::~ScenarioLog() = default;

void ScenarioLog::Info(std::string_view line) {
  sinks_->logger.info("{}", line);
}
void ScenarioLog::Debug(std::string_view line) {
  sinks_->logger.debug("{}", line);
}
void ScenarioLog::Warn(std::string_view line) {
  sinks_->logger.warn("{}", line);
}

}  // namespace e2e
