#include "gtest/lanes.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

// Records who runs with whom. A scenario ends as soon as `may_end` lets it.
class LanesTest : public testing::Test {
 protected:
  CompiledScenario& Add(const std::string& stem, bool exclusive = false, Duration timeout = Duration(1000)) {
    auto compiled = std::make_unique<CompiledScenario>();
    compiled->scenario.suite = "s";
    compiled->scenario.stem = stem;
    compiled->scenario.exclusive = exclusive;
    compiled->scenario.timeout = timeout;
    scenarios_.push_back(std::move(compiled));
    return *scenarios_.back();
  }
  std::vector<const CompiledScenario*> Queue() const {
    std::vector<const CompiledScenario*> queue;
    for (const auto& scenario : scenarios_) queue.push_back(scenario.get());
    return queue;
  }

  ScenarioResult Run(int lane, int round, const CompiledScenario& compiled) {
    std::unique_lock lock(mutex_);
    const std::string stem = compiled.scenario.stem;
    started_.push_back(stem);
    lanes_used_.insert(lane);
    running_.insert(stem);
    most_at_once_ = std::max(most_at_once_, running_.size());
    if (compiled.scenario.exclusive) beside_exclusive_ = std::max(beside_exclusive_, running_.size());
    lanes_of_[stem] = lane;
    rounds_.push_back(round);
    changed_.notify_all();
    changed_.wait(lock, [&] { return !may_end || may_end(stem); });
    running_.erase(stem);
    ended_.insert(stem);
    changed_.notify_all();
    ScenarioResult result;
    result.id = compiled.scenario.Id();
    result.title = "title of " + stem;
    result.round = round;
    const auto verdict = verdicts.find({stem, round});
    result.verdict = verdict == verdicts.end() ? Verdict::kPass : verdict->second;
    return result;
  }
  std::unique_ptr<Lanes> Start(int count, Rounds rounds = {}) {
    auto lanes = std::make_unique<Lanes>(
        count, rounds,
        [this](int lane, int round, const CompiledScenario& compiled) { return Run(lane, round, compiled); },
        [this](const std::vector<ScenarioResult>& results) { reported_.push_back(results.size()); });
    lanes->Start(Queue());
    return lanes;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  // Called under the mutex; what it looks at changes only with a notification.
  std::function<bool(const std::string&)> may_end;
  // Of a scenario in a round. Default: a pass.
  std::map<std::pair<std::string, int>, Verdict> verdicts;
  std::vector<std::unique_ptr<CompiledScenario>> scenarios_;
  std::vector<std::string> started_;
  std::set<std::string> running_, ended_;
  std::set<int> lanes_used_;
  std::map<std::string, int> lanes_of_;
  std::vector<int> rounds_;
  std::size_t most_at_once_ = 0;
  std::size_t beside_exclusive_ = 0;
  std::vector<std::size_t> reported_;
};

TEST_F(LanesTest, RunsEverythingOnce) {
  for (int i = 0; i < 20; ++i) Add("n" + std::to_string(i), i % 7 == 3);
  Start(3).reset();  // the destructor waits
  EXPECT_EQ(started_.size(), 20u);
  EXPECT_EQ(std::set<std::string>(started_.begin(), started_.end()).size(), 20u);
}

TEST_F(LanesTest, NothingToRunIsNoProblem) {
  Start(3).reset();
  EXPECT_TRUE(started_.empty());
}

TEST_F(LanesTest, NeverStartedEndsAtOnce) {
  const Lanes lanes(2, {}, nullptr, nullptr);
}

TEST_F(LanesTest, RunsAsManyAtOnceAsThereAreLanes) {
  for (const char* stem : {"a", "b", "c"}) Add(stem);
  // None ends before all three have begun: with fewer lanes this would hang.
  may_end = [this](const std::string&) { return started_.size() == 3; };
  Start(3).reset();
  EXPECT_EQ(most_at_once_, 3u);
  EXPECT_THAT(lanes_used_, UnorderedElementsAre(0, 1, 2));
}

TEST_F(LanesTest, OneLaneRunsTheLongestFirst) {
  Add("short", false, Duration(1));
  Add("long", false, Duration(9));
  Add("middle", false, Duration(5));
  Add("also-long", false, Duration(9));
  Start(1).reset();
  EXPECT_EQ(most_at_once_, 1u);
  EXPECT_THAT(started_, ElementsAre("long", "also-long", "middle", "short"));
}

TEST_F(LanesTest, ExclusiveOnesRunAloneAndLastOnTheFirstLane) {
  Add("x1", true, Duration(99));
  Add("a");
  Add("x2", true);
  Add("b");
  Add("c");
  // Two of the common ones are held together, so that an exclusive one could slip in beside them.
  may_end = [this](const std::string&) { return started_.size() >= 2; };
  Start(2).reset();
  EXPECT_EQ(most_at_once_, 2u);
  EXPECT_EQ(beside_exclusive_, 1u);
  EXPECT_THAT(std::vector<std::string>(started_.end() - 2, started_.end()), ElementsAre("x1", "x2"));
  EXPECT_EQ(lanes_of_["x1"], 0);
  EXPECT_EQ(lanes_of_["x2"], 0);
}

TEST_F(LanesTest, AwaitGivesEachResultInWhateverOrder) {
  for (const char* stem : {"a", "b", "c", "d"}) Add(stem);
  const auto lanes = Start(2);
  for (const char* stem : {"d", "a", "c", "b", "d"}) {
    EXPECT_EQ(lanes->Await(std::string("s/") + stem).at(0).title, std::string("title of ") + stem);
  }
}

TEST_F(LanesTest, AwaitBlocksUntilTheScenarioIsDone) {
  Add("a");
  Add("b");
  bool released = false;
  may_end = [&](const std::string& stem) { return stem == "b" || released; };
  const auto lanes = Start(2);
  EXPECT_EQ(lanes->Await("s/b").at(0).id, "s/b");
  EXPECT_EQ(lanes->Results().size(), 1u);
  {
    const std::lock_guard lock(mutex_);
    EXPECT_FALSE(ended_.contains("a"));
    released = true;
  }
  changed_.notify_all();
  EXPECT_EQ(lanes->Await("s/a").at(0).id, "s/a");
  const std::lock_guard lock(mutex_);
  EXPECT_TRUE(ended_.contains("a"));
}

TEST_F(LanesTest, ReportsAfterEachScenarioWithAllResultsSoFar) {
  for (const char* stem : {"a", "b", "c"}) Add(stem, stem[0] == 'c');
  auto lanes = Start(2);
  lanes->Await("s/c");
  EXPECT_EQ(lanes->Results().size(), 3u);
  EXPECT_EQ(lanes->Results().back().id, "s/c");
  lanes.reset();
  EXPECT_THAT(reported_, ElementsAre(1, 2, 3));
}

TEST_F(LanesTest, ARoundBeginsWhenTheOneBeforeHasEnded) {
  for (const char* stem : {"a", "b", "x"}) Add(stem, stem[0] == 'x');
  const auto lanes = Start(2, {.first = 4, .count = 3});
  const auto results = lanes->Await("s/a");
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[2].round, 6);
  lanes->Wait();
  EXPECT_THAT(rounds_, ElementsAre(4, 4, 4, 5, 5, 5, 6, 6, 6));
  EXPECT_EQ(started_[2], "x");
  EXPECT_EQ(started_[5], "x");
}

TEST_F(LanesTest, UntilFailEndsWithTheFirstThatIsNoPass) {
  for (const char* stem : {"a", "b", "x"}) Add(stem, stem[0] == 'x');
  verdicts[{"a", 2}] = Verdict::kFlaky;
  verdicts[{"b", 1}] = Verdict::kSkipped;
  const auto lanes = Start(1, {.count = 100, .until_fail = true});
  EXPECT_EQ(lanes->Await("s/a").size(), 2u);
  EXPECT_EQ(lanes->Await("s/b").size(), 1u) << "it had not begun in the second round";
  EXPECT_EQ(lanes->Await("s/x").size(), 1u);
  lanes->Wait();
  EXPECT_THAT(started_, ElementsAre("a", "b", "x", "a"));
}

TEST_F(LanesTest, UntilFailMayLeaveAScenarioWithoutAResult) {
  Add("a");
  Add("x", true);
  verdicts[{"a", 1}] = Verdict::kFail;
  const auto lanes = Start(2, {.count = 100, .until_fail = true});
  EXPECT_TRUE(lanes->Await("s/x").empty());
}

TEST_F(LanesTest, AnInterruptEndsTheRounds) {
  Add("a");
  Add("b");
  Interrupt interrupt;
  may_end = [&](const std::string&) {
    interrupt.Request();
    return true;
  };
  const auto lanes = Start(1, {.count = 5, .interrupt = &interrupt});
  EXPECT_EQ(lanes->Await("s/b").size(), 1u);
  lanes->Wait();
  EXPECT_EQ(lanes->Results().size(), 2u) << "each of that round tells that it was not run";
}

TEST_F(LanesTest, WithoutUntilFailEveryRoundIsRun) {
  Add("a");
  verdicts[{"a", 1}] = Verdict::kFail;
  EXPECT_EQ(Start(1, {.count = 3})->Await("s/a").size(), 3u);
}

}  // namespace
}  // namespace e2e
