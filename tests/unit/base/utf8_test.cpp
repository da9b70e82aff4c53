#include "base/utf8.h"

#include <gtest/gtest.h>

namespace e2e {
namespace {

TEST(CutUtf8, LeavesWhatFits) {
  EXPECT_EQ(CutUtf8("", 0), "");
  EXPECT_EQ(CutUtf8("a\u20ac", 4), "a\u20ac");
}

TEST(CutUtf8, EndsBetweenCharacters) {
  EXPECT_EQ(CutUtf8("a\u20acb", 4), "a\u20ac");
  EXPECT_EQ(CutUtf8("a\u20acb", 3), "a");
  EXPECT_EQ(CutUtf8("a\u20acb", 2), "a");
  EXPECT_EQ(CutUtf8("\u20ac", 2), "");
}

}  // namespace
}  // namespace e2e
