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

std::string OctetsOf(const FillerLines& filler) {
  std::string all;
  EXPECT_THAT(filler.Each([&](std::string_view piece) {
    all += piece;
    return Status();
  }),
              Succeeds());
  return all;
}

// As it comes in pieces of that size.
bool Whole(const FillerLines& filler, std::string_view octets, std::size_t piece) {
  FillerMatch match(filler);
  for (std::size_t at = 0; at < octets.size(); at += piece) match.Take(octets.substr(at, piece));
  return match.whole();
}

TEST(FillerLines, HasLinesOfThatLength) {
  EXPECT_EQ(OctetsOf(Of(1000, 998)), std::string(998, 'x') + "\r\n");
  EXPECT_EQ(OctetsOf(Of(2000, 998)), std::string(998, 'x') + "\r\n" + std::string(998, 'x') + "\r\n");
}

TEST(FillerLines, LeavesRoomForTheLastLinesEnd) {
  for (long long size = 3; size < 200; ++size) {
    const std::string octets = OctetsOf(Of(size, 16));
    ASSERT_EQ(std::ssize(octets), size);
    ASSERT_TRUE(octets.ends_with("x\r\n")) << size;
    for (const std::string& line : Split(octets, '\n')) EXPECT_LE(line.size(), 17u) << size;
  }
}

TEST(FillerLines, RepeatsAText) {
  FillerLines filler;
  filler.text = "Received: x";
  filler.times = 3;
  EXPECT_EQ(OctetsOf(filler), "Received: x\r\nReceived: x\r\nReceived: x\r\n");
  EXPECT_EQ(filler.Size(), OctetsOf(filler).size());
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

TEST(FillerMatch, FindsTheFillerWholeInPiecesOfAnySize) {
  const FillerLines filler = Of(75, 16);
  const std::string octets = "Subject: xxxxxxx\r\nA: xxxxxxxxxxxxxxx\r\n\r\n" + OctetsOf(filler) + "end\r\n";
  for (std::size_t piece = 1; piece <= octets.size(); ++piece) EXPECT_TRUE(Whole(filler, octets, piece)) << piece;
}

TEST(FillerMatch, MissesWhatWasChangedCutOrIsNotThere) {
  const FillerLines filler = Of(75, 16);
  const std::string octets = OctetsOf(filler);
  for (std::size_t at = 0; at < octets.size(); ++at) {
    std::string changed = octets;
    changed[at] = 'y';
    EXPECT_FALSE(Whole(filler, changed, 7)) << at;
    EXPECT_FALSE(Whole(filler, octets.substr(0, at), 7)) << at;
    EXPECT_FALSE(Whole(filler, octets.substr(0, at) + octets.substr(at + 1), 7)) << at;
  }
  EXPECT_FALSE(Whole(filler, "", 1));
}

TEST(FillerMatch, NothingIsWholeAtOnce) {
  EXPECT_TRUE(Whole(FillerLines(), "any", 1));
}

}  // namespace
}  // namespace e2e
