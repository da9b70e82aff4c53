// LiveBoard: what every lane does, as a few lines at the foot of a terminal that are written again and again.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "run/verdict.h"

namespace e2e {

// Says what the lines are; knows no thread and no terminal.
class BoardText {
 public:
  // `scenarios` is how many of them there will be; `begun` is when the run did.
  BoardText(std::size_t scenarios, TimePoint begun) : scenarios_(scenarios), begun_(begun) {}

  void Begin(int lane, std::string scenario, TimePoint now);
  // What it does or waits for; of several lines the first one counts. Nothing when the lane has no scenario.
  void Tell(int lane, std::string_view what);
  void End(int lane, Verdict verdict);

  // One line for each lane that has a scenario, "smoke/ports  34 s  waiting for …", and one with what is done:
  // "12 of 60 done, 11 PASS, 1 FAIL, 250 s". Each has at most `width` octets.
  std::vector<std::string> Lines(TimePoint now, std::size_t width) const;

 private:
  struct Lane {
    std::string scenario;
    TimePoint begun;
    std::string does{};
  };

  const std::size_t scenarios_;
  const TimePoint begun_;
  std::map<int, Lane> lanes_;
  std::map<Verdict, std::size_t> ended_;
};

// Paints it on the terminal of stderr, until it is destroyed. Whoever else writes a line there begins it with
// kClearLine (run/scenario_log.h). Thread rule: any thread.
class LiveBoard {
 public:
  // Whether stderr is a terminal that can do it.
  static bool Possible();

  LiveBoard(std::size_t scenarios, const Clock& clock);
  ~LiveBoard();
  LiveBoard(const LiveBoard&) = delete;
  LiveBoard& operator=(const LiveBoard&) = delete;

  void Begin(int lane, const std::string& scenario);
  void Tell(int lane, std::string_view what);
  void End(int lane, Verdict verdict);

  // The lines are away for as long as what this gives is held: for text that is written in several pieces.
  std::unique_lock<std::mutex> Away();

 private:
  void Paint();

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;
  BoardText text_;
  std::thread painter_;
};

}  // namespace e2e
