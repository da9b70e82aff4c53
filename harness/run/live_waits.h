// LiveWaits: "waiting for X because Y (12 s of 120 s)" for the person who watches a scenario.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/wait_watcher.h"
#include "run/scenario_log.h"

namespace e2e {

// Says when which line is due; knows no thread and no terminal.
class WaitLines {
 public:
  // On a terminal a line is due every second, and an empty one, which clears it, after the end of a wait. Elsewhere
  // a wait is told once it takes 15 s, and again every 30 s. `name` stands before a terminal's line,
  // unless it is empty.
  WaitLines(bool terminal, std::string name) : terminal_(terminal), name_(std::move(name)) {}

  void Pending(const PendingWait& wait) { wait_ = wait; }
  void Over() { wait_.reset(); }
  // A terminal's line is at most `width` octets long: what is waited for is cut first, then the reason; the time is
  // always there.
  std::optional<std::string> Due(TimePoint now, std::size_t width = 80);

 private:
  const bool terminal_;
  const std::string name_;
  std::optional<PendingWait> wait_;
  TimePoint told_start_{};  // of the wait that was told last
  TimePoint told_at_{};
  bool shown_ = false;
};

// Of the terminal on stderr; in a process without one, COLUMNS of the environment.
std::size_t TerminalWidth();

// Writes the line over the one before; an empty one clears it. For a terminal.
void ShowLiveLine(const std::string& line);

// Watches the waits of the thread that makes it, from a thread of its own, until it is destroyed. On a terminal one
// line of stderr is written again and again; in a worker process the parent is told, for its LiveBoard. Otherwise lines
// go to `log`.
class LiveWaits : public WaitWatcher {
 public:
  LiveWaits(std::string name, Clock& clock, Log& log, Console console = Console::kStderr);
  ~LiveWaits() override;

  void Pending(const PendingWait& wait) override;
  void Over() override;

 private:
  void Tell();
  void Show(const std::string& line);

  Clock& clock_;
  Log& log_;
  const Console console_;
  const bool terminal_;
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;
  WaitLines lines_;
  std::thread teller_;
  WatchThisThread watch_{*this};
};

}  // namespace e2e
