#include "gtest/lanes.h"

#include <algorithm>

namespace e2e {

Lanes::~Lanes() {
  if (coordinator_.joinable()) coordinator_.join();
}

void Lanes::Start(std::vector<const CompiledScenario*> queue) {
  coordinator_ = std::thread([this, queue = std::move(queue)] { Coordinate(queue); });
}

void Lanes::Coordinate(std::vector<const CompiledScenario*> queue) {
  const auto first_exclusive = std::stable_partition(
      queue.begin(), queue.end(), [](const CompiledScenario* compiled) { return !compiled->scenario.exclusive; });
  const std::vector<const CompiledScenario*> alone(first_exclusive, queue.end());
  queue.erase(first_exclusive, queue.end());
  // The longest first, so that no lane is left with a long one at the end.
  std::stable_sort(queue.begin(), queue.end(), [](const CompiledScenario* a, const CompiledScenario* b) {
    return a->scenario.timeout > b->scenario.timeout;
  });
  std::size_t next = 0;
  std::vector<std::thread> threads;
  for (int lane = 0; lane < count_; ++lane) {
    threads.emplace_back([this, lane, &queue, &next] { WorkOn(lane, queue, next); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const CompiledScenario* compiled : alone) RunAndKeep(0, *compiled);
}

void Lanes::WorkOn(int lane, const std::vector<const CompiledScenario*>& queue, std::size_t& next) {
  while (true) {
    const CompiledScenario* mine = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (next == queue.size()) return;
      mine = queue[next++];
    }
    RunAndKeep(lane, *mine);
  }
}

void Lanes::RunAndKeep(int lane, const CompiledScenario& scenario) {
  ScenarioResult result = run_(lane, scenario);
  const std::lock_guard lock(mutex_);
  results_.push_back(std::move(result));
  on_result_(results_);
  changed_.notify_all();
}

ScenarioResult Lanes::Await(const std::string& id) {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto at = std::find_if(results_.begin(), results_.end(), [&](const ScenarioResult& r) { return r.id == id; });
    if (at != results_.end()) return *at;
    changed_.wait(lock);
  }
}

std::vector<ScenarioResult> Lanes::Results() {
  const std::lock_guard lock(mutex_);
  return results_;
}

}  // namespace e2e
