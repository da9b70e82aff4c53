// Lanes: runs scenarios beside each other, while GoogleTest asks for their results one by one.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "run/result.h"
#include "steps/catalog.h"

namespace e2e {

// One thread for each lane takes the next scenario from a common queue. Exclusive scenarios run after all others,
// alone, on the first lane. The destructor waits for what runs; it does not stop it (the interrupt does).
// Thread rule: all calls from one thread; `run` is called from the lanes' threads.
class Lanes {
 public:
  // Runs one scenario on the lane with this number.
  using RunOne = std::function<ScenarioResult(int lane, const CompiledScenario&)>;
  // Called after each scenario, under a lock, with all results so far.
  using OnResult = std::function<void(const std::vector<ScenarioResult>&)>;

  Lanes(int count, RunOne run, OnResult on_result)
      : count_(count), run_(std::move(run)), on_result_(std::move(on_result)) {}
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // `queue` must outlive the lanes. Called once.
  void Start(std::vector<const CompiledScenario*> queue);
  // Blocks until that scenario is done; it must be in the queue.
  ScenarioResult Await(const std::string& id);
  // In the order in which they ended.
  std::vector<ScenarioResult> Results();

 private:
  void Coordinate(std::vector<const CompiledScenario*> queue);
  void WorkOn(int lane, const std::vector<const CompiledScenario*>& queue, std::size_t& next);
  void RunAndKeep(int lane, const CompiledScenario& scenario);

  const int count_;
  const RunOne run_;
  const OnResult on_result_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ScenarioResult> results_;
  std::thread coordinator_;
};

}  // namespace e2e
