#include "base/descriptor.h"

#include <fcntl.h>
#include <gmock/gmock.h>

namespace e2e {
namespace {

int OpenNull() {
  return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool IsOpen(int fd) {
  return fcntl(fd, F_GETFD) != -1;
}

TEST(Descriptor, ClosesWhatItOwnsOnceItIsGone) {
  const int fd = OpenNull();
  {
    const Descriptor owner(fd);
    EXPECT_TRUE(owner.open());
    EXPECT_EQ(owner.get(), fd);
  }
  EXPECT_FALSE(IsOpen(fd));
}

TEST(Descriptor, OwnsNothingWhenTheCallThatOpensFailed) {
  Descriptor none(open("/nowhere/at/all", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(none.open());
  none.Close();
  EXPECT_EQ(none.get(), -1);
}

TEST(Descriptor, HandsOverWhatItOwns) {
  const int fd = OpenNull();
  Descriptor first(fd);
  const Descriptor second(std::move(first));
  EXPECT_FALSE(first.open());
  first.Close();
  EXPECT_EQ(second.get(), fd);
  EXPECT_TRUE(IsOpen(fd));
}

TEST(Descriptor, ClosesWhatItHeldWhenItTakesAnother) {
  const int held = OpenNull(), taken = OpenNull();
  Descriptor owner(held), other(taken);
  owner = std::move(other);
  EXPECT_FALSE(IsOpen(held));
  EXPECT_TRUE(IsOpen(taken));
  EXPECT_EQ(owner.get(), taken);
  Descriptor& same = owner;
  owner = std::move(same);
  EXPECT_TRUE(IsOpen(taken));
}

TEST(Descriptor, ClosesOnDemandAndOnlyOnce) {
  Descriptor owner(OpenNull());
  const int fd = owner.get();
  owner.Close();
  EXPECT_FALSE(owner.open());
  EXPECT_FALSE(IsOpen(fd));
  const Descriptor next(OpenNull());
  owner.Close();
  EXPECT_TRUE(IsOpen(next.get()));
}

}  // namespace
}  // namespace e2e
