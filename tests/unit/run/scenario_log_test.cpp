#include "run/scenario_log.h"

#include <gmock/gmock.h>

#include <thread>

#include "base/text.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

class ScenarioLogTest : public testing::Test {
 protected:
  // What the person who watches sees.
  template <typename Action>
  std::string Shown(Action action) {
    testing::internal::CaptureStderr();
    action();
    return testing::internal::GetCapturedStderr();
  }
  const TempDir dir_;
  const std::filesystem::path file_ = dir_ / "scenario.log";
};

TEST_F(ScenarioLogTest, TheFileHasEverythingAndStderrNoDetail) {
  const std::string shown = Shown([&] {
    ScenarioLog log("smoke/ports", file_);
    log.Info("installing");
    log.Debug("not usable: port smtp");
    log.Warn("slow");
  });
  EXPECT_THAT(shown, MatchesRegex("..:..:.. smoke/ports: installing\n..:..:.. smoke/ports: warning: slow\n"));
  const std::vector<std::string> lines = Split(TempDir::Read(file_), '\n');
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_THAT(lines[0], MatchesRegex("....-..-..T..:..:.*info installing"));
  EXPECT_THAT(lines[1], HasSubstr("debug not usable: port smtp"));
  EXPECT_THAT(lines[2], HasSubstr(" warning slow"));
}

TEST_F(ScenarioLogTest, EachLineIsInTheFileAtOnce) {
  Shown([&] {
    ScenarioLog log("x", file_);
    log.Debug("detail");
    EXPECT_THAT(TempDir::Read(file_), HasSubstr("detail\n"));
  });
}

TEST_F(ScenarioLogTest, BracesAreText) {
  const std::string shown = Shown([&] { ScenarioLog("{}", file_).Info("{} %s {0}"); });
  EXPECT_THAT(shown, HasSubstr("{}: {} %s {0}\n"));
}

TEST_F(ScenarioLogTest, WithoutAFileThereIsStderrOnly) {
  EXPECT_THAT(Shown([] { ScenarioLog("run", {}).Info("hello"); }), HasSubstr("run: hello\n"));
}

TEST_F(ScenarioLogTest, AFileThatCanNotBeMadeIsAWarning) {
  // A file stands where the folder should be.
  dir_.Write("taken", "");
  const std::string shown = Shown([&] { ScenarioLog("run", dir_ / "taken/x.log").Info("goes on"); });
  EXPECT_THAT(shown, AllOf(HasSubstr("warning: no log file:"), HasSubstr("goes on")));
}

TEST_F(ScenarioLogTest, StdoutIsLeftToGoogleTest) {
  testing::internal::CaptureStdout();
  Shown([&] { ScenarioLog("x", file_).Warn("w"); });
  EXPECT_THAT(testing::internal::GetCapturedStdout(), IsEmpty());
}

TEST_F(ScenarioLogTest, LinesOfSeveralScenariosStayWhole) {
  const std::string shown = Shown([&] {
    ScenarioLog one("one", file_), two("two", {});
    const auto write = [](ScenarioLog& log) {
      for (int i = 0; i < 200; ++i) log.Info(std::string(100, 'x'));
    };
    std::thread other(write, std::ref(one));
    write(two);
    other.join();
  });
  const std::vector<std::string> lines = Split(Tail(shown, 1000), '\n');
  EXPECT_EQ(lines.size(), 400u);
  for (const std::string& line : lines) EXPECT_THAT(line, MatchesRegex("..:..:.. (one|two): x+"));
}

}  // namespace
}  // namespace e2e
