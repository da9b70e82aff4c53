#include "run/live_board.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "base/utf8.h"
#include "run/live_waits.h"
#include "run/scenario_log.h"

namespace e2e {
namespace {

// Often enough that the lines seem to stay where others are written above them.
constexpr Duration kTick{200};

long long Seconds(TimePoint from, TimePoint to) {
  return std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
}

}  // namespace

void BoardText::Begin(int lane, std::string scenario, TimePoint now) {
  lanes_[lane] = {std::move(scenario), now};
}

void BoardText::Tell(int lane, std::string_view what) {
  const auto at = lanes_.find(lane);
  if (at != lanes_.end() && !what.empty()) at->second.does = what.substr(0, what.find('\n'));
}

void BoardText::End(int lane, Verdict verdict) {
  lanes_.erase(lane);
  ++ended_[verdict];
}

std::vector<std::string> BoardText::Lines(TimePoint now, std::size_t width) const {
  std::vector<std::string> lines;
  for (const auto& [number, lane] : lanes_) {
    lines.push_back(CutTo(fmt::format("{}  {} s  {}", lane.scenario, Seconds(lane.begun, now), lane.does), width));
  }
  std::size_t done = 0;
  std::string verdicts;
  for (const auto& [verdict, count] : ended_) {
    done += count;
    verdicts += fmt::format(", {} {}", count, Name(verdict));
  }
  lines.push_back(CutTo(fmt::format("{} of {} done{}, {} s", done, scenarios_, verdicts, Seconds(begun_, now)), width));
  return lines;
}

bool LiveBoard::Possible() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

LiveBoard::LiveBoard(std::size_t scenarios, const Clock& clock)
    : clock_(clock), text_(scenarios, clock.Now()), painter_([this] { Paint(); }) {}

LiveBoard::~LiveBoard() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  end_.notify_all();
  painter_.join();
  std::fputs(kClearLine.c_str(), stderr);
}

void LiveBoard::Begin(int lane, const std::string& scenario) {
  const std::lock_guard lock(mutex_);
  text_.Begin(lane, scenario, clock_.Now());
}

void LiveBoard::Tell(int lane, std::string_view what) {
  const std::lock_guard lock(mutex_);
  text_.Tell(lane, what);
}

void LiveBoard::End(int lane, Verdict verdict) {
  const std::lock_guard lock(mutex_);
  text_.End(lane, verdict);
}

std::unique_lock<std::mutex> LiveBoard::Away() {
  std::unique_lock lock(mutex_);
  std::fputs(kClearLine.c_str(), stderr);
  return lock;
}

void LiveBoard::Paint() {
  std::unique_lock lock(mutex_);
  do {
    const std::vector<std::string> lines = text_.Lines(clock_.Now(), TerminalWidth() - 1);
    // The cursor goes back to the first line, so that whatever comes next stands over all of them.
    const std::string up = lines.size() > 1 ? fmt::format("\033[{}A", lines.size() - 1) : "";
    std::fputs((kClearLine + Join(lines, "\n") + up + "\r").c_str(), stderr);
  } while (!end_.wait_for(lock, kTick, [this] { return ended_; }));
}

}  // namespace e2e
