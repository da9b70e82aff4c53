#include "gtest/lanes.h"

#include <algorithm>
#include <iterator>

namespace e2e {

Lanes::~Lanes() {
  Wait();
}

void Lanes::Wait() {
  if (coordinator_.joinable()) coordinator_.join();
}

void Lanes::Start(std::vector<const CompiledScenario*> queue) {
  coordinator_ = std::thread([this, queue = std::move(queue)] { Coordinate(queue); });
}

void Lanes::Coordinate(Queue queue) {
  const auto first_exclusive = std::stable_partition(
      queue.begin(), queue.end(), [](const CompiledScenario* compiled) { return !compiled->scenario.exclusive; });
  const Queue alone(first_exclusive, queue.end());
  queue.erase(first_exclusive, queue.end());
  // The longest first, so that no lane is left with a long one at the end.
  std::stable_sort(queue.begin(), queue.end(), [](const CompiledScenario* a, const CompiledScenario* b) {
    return a->scenario.timeout > b->scenario.timeout;
  });
  const auto interrupted = [this] { return rounds_.interrupt != nullptr && rounds_.interrupt->Requested(); };
  for (int i = 0; i < rounds_.count && !Stopped() && (i == 0 || !interrupted()); ++i) {
    RunRound(rounds_.first + i, queue, alone);
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void Lanes::RunRound(int round, const Queue& common, const Queue& alone) {
  std::size_t next = 0;
  std::vector<std::thread> threads;
  for (int lane = 0; lane < count_; ++lane) {
    threads.emplace_back([this, lane, round, &common, &next] { WorkOn(lane, round, common, next); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const CompiledScenario* compiled : alone) {
    if (!Stopped()) RunAndKeep(0, round, *compiled);
  }
}

void Lanes::WorkOn(int lane, int round, const Queue& queue, std::size_t& next) {
  while (true) {
    const CompiledScenario* mine = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (stopped_ || next == queue.size()) return;
      mine = queue[next++];
    }
    RunAndKeep(lane, round, *mine);
  }
}

void Lanes::RunAndKeep(int lane, int round, const CompiledScenario& scenario) {
  ScenarioResult result = run_(lane, round, scenario);
  const std::lock_guard lock(mutex_);
  // A skip repeats itself in every round.
  const bool fine = result.verdict == Verdict::kPass || result.verdict == Verdict::kSkipped;
  stopped_ = stopped_ || (rounds_.until_fail && !fine);
  results_.push_back(std::move(result));
  on_result_(results_);
  changed_.notify_all();
}

bool Lanes::Stopped() {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

std::vector<ScenarioResult> Lanes::Await(const std::string& id) {
  std::unique_lock lock(mutex_);
  while (true) {
    std::vector<ScenarioResult> mine;
    std::copy_if(results_.begin(), results_.end(), std::back_inserter(mine),
                 [&](const ScenarioResult& result) { return result.id == id; });
    if (ended_ || static_cast<int>(mine.size()) == rounds_.count) return mine;
    changed_.wait(lock);
  }
}

std::vector<ScenarioResult> Lanes::Results() {
  const std::lock_guard lock(mutex_);
  return results_;
}

}  // namespace e2e
