// ScenarioEvents: the events of one scenario, without its secrets.
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/event_sink.h"
#include "base/wait_watcher.h"
#include "run/result.h"
#include "steps/world.h"

namespace e2e {

// Replaces what SecretsOf the World names in every text. The thread that made it is the scenario's; what other threads
// tell has the secrets taken out that were known when that one last told something.
class ScenarioEvents : public EventSink {
 public:
  // `to` outlives it.
  explicit ScenarioEvents(EventSink& to) : to_(to) {}

  // Whose secrets they are; it must live while its thread tells something. Default: nobody's.
  void Of(const World& world) { world_ = &world; }

  void Tell(std::string_view event, const nlohmann::json& fields) noexcept override;

 private:
  EventSink& to_;
  const World* world_ = nullptr;
  const std::thread::id owner_ = std::this_thread::get_id();
  std::mutex mutex_;
  std::vector<std::string> secrets_;
};

// `scenario.end`: what a scenario came to, after all attempts.
void TellEnd(const ScenarioResult& result, int round = 1);

// Tells what the waits of this thread are pending on: `wait` at first and whenever the reason changes, `wait.end` at
// the end. A wait that is over at once is not told.
class EventWaits : public WaitWatcher {
 public:
  // `events` outlives it.
  explicit EventWaits(EventSink& events) : events_(events) {}

  void Pending(const PendingWait& wait) override;
  void Over() override;

 private:
  EventSink& events_;
  PendingWait told_;
  WatchThisThread watch_{*this};
};

}  // namespace e2e
