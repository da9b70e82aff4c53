#include "base/percent.h"

#include <gmock/gmock.h>

namespace e2e {
namespace {

TEST(PercentEncode, LeavesOnlyWhatAnAddressMayHave) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("a/b=c,d \xC3\xA4"), "a%2Fb%3Dc%2Cd%20%C3%A4");
  EXPECT_EQ(PercentEncode("a/b c", "/"), "a/b%20c");
  EXPECT_EQ(PercentEncode(""), "");
}

}  // namespace
}  // namespace e2e
