#include "run/live_board.h"

#include <gmock/gmock.h>

namespace e2e {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

constexpr std::size_t kWide = 200;

TimePoint At(int second) {
  return TimePoint(seconds(second));
}

TEST(BoardText, ShowsWhatEachLaneDoesAndWhatIsDone) {
  BoardText board(3, At(10));
  EXPECT_THAT(board.Lines(At(12), kWide), ElementsAre("0 of 3 done, 2 s"));
  board.Begin(1, "smoke/ports", At(12));
  board.Begin(0, "faults/outage", At(13));
  board.Tell(1, "install …");
  board.Tell(0, "waiting for usable because port smtp is closed\nand more");
  EXPECT_THAT(board.Lines(At(20), kWide),
              ElementsAre("faults/outage  7 s  waiting for usable because port smtp is closed",
                          "smoke/ports  8 s  install …", "0 of 3 done, 10 s"));
  board.End(1, Verdict::kPass);
  board.End(0, Verdict::kFail);
  board.Begin(1, "smoke/login", At(30));
  EXPECT_THAT(board.Lines(At(30), kWide), ElementsAre("smoke/login  0 s  ", "2 of 3 done, 1 PASS, 1 FAIL, 20 s"));
}

TEST(BoardText, KeepsWhatWasToldLastWhereNothingFollows) {
  BoardText board(1, At(0));
  board.Begin(0, "smoke/ports", At(0));
  board.Tell(0, "install …");
  board.Tell(0, "");
  EXPECT_THAT(board.Lines(At(1), kWide), ElementsAre("smoke/ports  1 s  install …", "0 of 1 done, 1 s"));
}

TEST(BoardText, ForgetsALaneThatHasNoScenario) {
  BoardText board(1, At(0));
  board.Tell(0, "said after its end");
  EXPECT_THAT(board.Lines(At(1), kWide), ElementsAre("0 of 1 done, 1 s"));
}

TEST(BoardText, HasNoLineThatIsLongerThanTheTerminal) {
  BoardText board(1, At(0));
  board.Begin(0, "smoke/ports", At(0));
  board.Tell(0, "äöü äöü äöü äöü");
  for (std::size_t width = 0; width < 40; ++width) {
    for (const std::string& line : board.Lines(At(1), width))
      EXPECT_LE(line.size(), std::max<std::size_t>(width, 3)) << width;
  }
}

}  // namespace
}  // namespace e2e
