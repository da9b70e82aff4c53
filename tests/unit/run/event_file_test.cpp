#include "run/event_file.h"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "base/wait_watcher.h"
#include "run/event_record.h"
#include "run/scenario_events.h"
#include "support/fake_clock.h"
#include "support/kept_events.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using nlohmann::json;

class EventFileTest : public testing::Test {
 protected:
  TempDir dir_;
  FakeClock clock_;
};

TEST_F(EventFileTest, EachEventIsALineWithItsTimesAndWhatAllHave) {
  EventFile file(dir_ / kEventFile, clock_, {{"scenario", "a/b"}});
  file.Tell("fault", {{"kind", "pod.kill"}, {"receipt", "a\nb \xff"}});
  const std::string text = TempDir::Read(dir_ / kEventFile);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  const json event = json::parse(text);
  EXPECT_EQ(event.at("event"), "fault");
  EXPECT_EQ(event.at("scenario"), "a/b");
  EXPECT_EQ(event.at("at"), Rfc3339(clock_.WallNow()));
  EXPECT_EQ(event.at("t"), Moment(clock_.Now()));
  EXPECT_EQ(file.Lost(), 0u);
}

TEST_F(EventFileTest, LinesOfSeveralWritersNeverMix) {
  constexpr int kWriters = 4, kLines = 200;
  const std::string text(3'000, 'x');
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      EventFile file(dir_ / kEventFile, clock_, {{"writer", writer}});
      for (int line = 0; line < kLines; ++line) file.Tell("line", {{"number", line}, {"text", text}});
    });
  }
  for (std::thread& writer : writers) writer.join();
  const auto events = ReadEvents(dir_.path());
  ASSERT_THAT(events, Succeeds());
  std::set<std::pair<int, int>> seen;
  for (const json& event : *events) seen.emplace(event.at("writer"), event.at("number"));
  EXPECT_EQ(events->size(), std::size_t{kWriters * kLines});
  EXPECT_EQ(seen.size(), std::size_t{kWriters * kLines});
}

TEST_F(EventFileTest, CountsWhatTheDiskDoesNotTake) {
  EventFile file(dir_ / "no folder" / kEventFile, clock_);
  file.Tell("line", json::object());
  EXPECT_EQ(file.Lost(), 1u);
}

TEST_F(EventFileTest, TheProcessHasNoSinkButTheOneInUse) {
  EXPECT_FALSE(EventsAreKept());
  KeptEvents outer, inner;
  {
    const UseEvents use(outer);
    {
      const UseEvents within(inner);
      ProcessEvents().Tell("a", json::object());
    }
    ProcessEvents().Tell("b", json::object());
    EXPECT_TRUE(EventsAreKept());
  }
  ProcessEvents().Tell("c", json::object());
  ASSERT_EQ(inner.all.size(), 1u);
  EXPECT_EQ(inner.all[0].at("event"), "a");
  ASSERT_EQ(outer.all.size(), 1u);
  EXPECT_EQ(outer.all[0].at("event"), "b");
}

TEST_F(EventFileTest, AWaitIsToldWhenItsReasonChangesAndAtItsEnd) {
  KeptEvents kept;
  const EventWaits waits(kept);
  {
    WaitNotice notice("the pod", clock_.Now(), clock_.Now() + Duration(5'000));
    notice.Pending("no pod");
    notice.Pending("no pod");
    notice.Pending("not ready");
  }
  { const WaitNotice at_once("nothing", clock_.Now(), clock_.Now()); }
  ASSERT_EQ(kept.all.size(), 3u);
  EXPECT_EQ(kept.all[0].at("reason"), "no pod");
  EXPECT_EQ(kept.all[1].at("reason"), "not ready");
  EXPECT_EQ(kept.all[1].at("limit").get<double>() - kept.all[1].at("from").get<double>(), 5);
  EXPECT_EQ(kept.all[2], (json{{"event", "wait.end"}, {"what", "the pod"}, {"from", Moment(clock_.Now())}}));
}

json Event(const std::string& name, double t, json more) {
  more["event"] = name;
  more["t"] = t;
  more["scenario"] = "a/b";
  more["round"] = 1;
  return more;
}

TEST(EventRecord, AScenarioThatDidNotEndHasItsLastAttemptsStepsAndWhatItWaitedFor) {
  const json step = {{"kind", "install"}, {"where", "b.yaml:1:1"}, {"seconds", 1.5}, {"note", "n"}, {"error", nullptr}};
  const auto record = RecordFrom({
      json{{"event", "run.begin"}, {"schema", 1}, {"run", "r"}, {"server", "s"}, {"t", 1.0}, {"at", "x"}},
      Event("scenario.begin", 2, {{"title", "T"}, {"where", "b.yaml:1:1"}}),
      Event("step.begin", 2, {{"kind", "first attempt"}, {"attempt", 1}}),
      Event("step.end", 3, {{"step", step}, {"attempt", 1}}),
      Event("step.end", 4, {{"step", step}, {"attempt", 2}}),
      Event("step.begin", 5, {{"kind", "wait.usable"}, {"attempt", 2}}),
      Event("wait", 7, {{"what", "the pod"}, {"reason", "not ready"}, {"attempt", 2}}),
  });
  ASSERT_THAT(record, Succeeds());
  EXPECT_EQ(record->at("run"), "r");
  EXPECT_FALSE(record->contains("t"));
  ASSERT_EQ(record->at("scenarios").size(), 1u);
  const json& scenario = record->at("scenarios")[0];
  EXPECT_EQ(scenario.at("verdict"), "INTERRUPTED");
  EXPECT_EQ(scenario.at("message"),
            "the run ended before this scenario did in the step wait.usable, waiting for the pod: not ready");
  EXPECT_EQ(scenario.at("steps"), json::array({step}));
  EXPECT_EQ(scenario.at("seconds"), 5);
}

TEST(EventRecord, EventsWithoutABeginAreNoRun) {
  EXPECT_THAT(RecordFrom({}), FailsWith(ErrorKind::kBadScenario, testing::HasSubstr("begin")));
  EXPECT_THAT(RecordFrom({Event("step.end", 1, {{"step", 7}})}),
              FailsWith(ErrorKind::kBadScenario, testing::HasSubstr("begin")));
}

}  // namespace
}  // namespace e2e
