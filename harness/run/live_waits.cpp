#include "run/live_waits.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "base/utf8.h"
#include "run/worker_lines.h"

namespace e2e {
namespace {

constexpr std::chrono::seconds kTick{1};
constexpr Duration kQuiet{15'000}, kAgain{30'000};

long long Seconds(std::chrono::nanoseconds span) {
  return std::chrono::duration_cast<std::chrono::seconds>(span).count();
}

// Where there is little room the reason is worth more of it than what is waited for.
std::string CauseOf(const PendingWait& wait, const std::string& before, std::size_t room) {
  std::string cause = fmt::format("{}waiting for {} because {}", before, wait.what, wait.reason);
  if (cause.size() > room) cause = fmt::format("{}{}: {}", before, CutTo(wait.what, room / 3), wait.reason);
  std::replace(cause.begin(), cause.end(), '\n', ' ');
  return CutTo(std::move(cause), room);
}

std::string LineOf(const PendingWait& wait, TimePoint now, const std::string& before, std::size_t width) {
  const std::string time = fmt::format(" ({} s of {} s)", Seconds(now - wait.start), Seconds(wait.limit - wait.start));
  return CauseOf(wait, before, width - std::min(width, time.size())) + time;
}

}  // namespace

std::size_t TerminalWidth() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const auto width = ParseInt(columns != nullptr ? columns : "");
  return width && *width > 20 ? static_cast<std::size_t>(*width) : 120u;
}

std::optional<std::string> WaitLines::Due(TimePoint now, std::size_t width) {
  if (!wait_) return std::exchange(shown_, false) ? std::optional<std::string>("") : std::nullopt;
  if (terminal_) {
    shown_ = true;
    return LineOf(*wait_, now, name_.empty() ? "" : name_ + ": ", width);
  }
  const bool told = told_start_ == wait_->start;
  if (now - wait_->start < kQuiet || (told && now - told_at_ < kAgain)) return std::nullopt;
  told_start_ = wait_->start;
  told_at_ = now;
  return LineOf(*wait_, now, "", std::string::npos);
}

LiveWaits::LiveWaits(std::string name, Clock& clock, Log& log, Console console)
    : clock_(clock),
      log_(log),
      console_(console),
      terminal_(console == Console::kStderr ? isatty(STDERR_FILENO) != 0 : console == Console::kParentTerminal),
      lines_(terminal_, console == Console::kStderr ? std::move(name) : ""),
      teller_([this] { Tell(); }) {}

LiveWaits::~LiveWaits() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  end_.notify_all();
  teller_.join();
}

void LiveWaits::Pending(const PendingWait& wait) {
  const std::lock_guard lock(mutex_);
  lines_.Pending(wait);
}

void LiveWaits::Over() {
  const std::lock_guard lock(mutex_);
  lines_.Over();
}

void LiveWaits::Tell() {
  std::unique_lock lock(mutex_);
  while (!end_.wait_for(lock, kTick, [this] { return ended_; })) {
    if (const auto line = lines_.Due(clock_.Now(), TerminalWidth() - 1)) Show(*line);
  }
  lines_.Over();
  if (terminal_ && lines_.Due(clock_.Now())) Show("");
}

void LiveWaits::Show(const std::string& line) {
  if (!terminal_) return log_.Info(line);
  if (console_ == Console::kStderr) return ShowLiveLine(line);
  std::fputs((WorkerLine({WorkerSays::kLive, line}) + "\n").c_str(), stdout);
  std::fflush(stdout);
}

void ShowLiveLine(const std::string& line) {
  // The cursor stays in front, so that whatever comes next stands over the line.
  std::fputs((kClearLine + line + "\r").c_str(), stderr);
}

}  // namespace e2e
