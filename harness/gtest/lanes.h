// Lanes: runs scenarios beside each other, while GoogleTest asks for their results one by one.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/interrupt.h"
#include "run/result.h"
#include "steps/catalog.h"

namespace e2e {

// How often the queue is run.
struct Rounds {
  // Number of the first one, and how many there are at most.
  int first = 1;
  int count = 1;
  // No further scenario begins after the first one that is no pass.
  bool until_fail = false;
  // After it no further round begins; the scenarios of the one under way are still asked for. Default: none.
  const Interrupt* interrupt = nullptr;
};

// One thread for each lane takes the next scenario from a common queue. Exclusive scenarios run after all others,
// alone, on the first lane. A round begins when the one before it has ended. The destructor waits for what runs; it
// does not stop it (the interrupt does). Thread rule: all calls from one thread; `run` is called from the lanes'
// threads.
class Lanes {
 public:
  // Runs one scenario on the lane with this number.
  using RunOne = std::function<ScenarioResult(int lane, int round, const CompiledScenario&)>;
  // Called after each scenario, under a lock, with all results so far.
  using OnResult = std::function<void(const std::vector<ScenarioResult>&)>;

  Lanes(int count, Rounds rounds, RunOne run, OnResult on_result)
      : count_(count), rounds_(rounds), run_(std::move(run)), on_result_(std::move(on_result)) {}
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // `queue` must outlive the lanes. Called once.
  void Start(std::vector<const CompiledScenario*> queue);
  // Blocks until that scenario is done in every round, or no more of them will begin; then there may be fewer results
  // than rounds, or none. It must be in the queue.
  std::vector<ScenarioResult> Await(const std::string& id);
  // Blocks until everything has ended. Harmless when nothing was started.
  void Wait();
  // In the order in which they ended.
  std::vector<ScenarioResult> Results();

 private:
  using Queue = std::vector<const CompiledScenario*>;
  void Coordinate(Queue queue);
  void RunRound(int round, const Queue& common, const Queue& alone);
  void WorkOn(int lane, int round, const Queue& queue, std::size_t& next);
  void RunAndKeep(int lane, int round, const CompiledScenario& scenario);
  bool Stopped();

  const int count_;
  const Rounds rounds_;
  const RunOne run_;
  const OnResult on_result_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ScenarioResult> results_;
  bool stopped_ = false;
  bool ended_ = false;
  std::thread coordinator_;
};

}  // namespace e2e
