// FillerLines: octets by number and length of lines.
#include "steps/filler_lines.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

FillerLines Of(long long size, long long line) {
  FillerLines filler;
  filler.size = {size, size};
  filler.line = line;
  return filler;
}

TEST(FillerLines, HasLinesOfThatLength) {
  EXPECT_EQ(Of(1000, 998).Octets(), std::string(998, 'x') + "\r\n");
  EXPECT_EQ(Of(2000, 998).Octets(), std::string(998, 'x') + "\r\n" + std::string(998, 'x') + "\r\n");
}

TEST(FillerLines, LeavesRoomForTheLastLinesEnd) {
  for (long long size = 3; size < 200; ++size) {
    const std::string octets = Of(size, 16).Octets();
    ASSERT_EQ(std::ssize(octets), size);
    ASSERT_TRUE(octets.ends_with("x\r\n")) << size;
    for (const std::string& line : Split(octets, '\n')) EXPECT_LE(line.size(), 17u) << size;
  }
}

TEST(FillerLines, RepeatsAText) {
  FillerLines filler;
  filler.text = "Received: x";
  filler.times = 3;
  EXPECT_EQ(filler.Octets(), "Received: x\r\nReceived: x\r\nReceived: x\r\n");
  EXPECT_EQ(filler.Size(), filler.Octets().size());
}

TEST(FillerLines, ComesInPiecesAndStopsWhereOneIsRefused) {
  std::size_t octets = 0;
  int pieces = 0;
  EXPECT_THAT(Of(20 * 1024 * 1024, 76).Each([&](std::string_view piece) {
    octets += piece.size();
    return ++pieces < 3 ? Status() : Status(Error(ErrorKind::kTransport, "closed"));
  }),
              FailsWith(ErrorKind::kTransport, testing::HasSubstr("closed")));
  EXPECT_EQ(pieces, 3);
  EXPECT_LT(octets, 20u * 1024 * 1024);
}

}  // namespace
}  // namespace e2e
