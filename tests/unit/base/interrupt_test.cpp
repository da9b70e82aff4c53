#include "base/interrupt.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <cerrno>
#include <thread>

#include "base/clock.h"

namespace e2e {
namespace {

bool Readable(const Interrupt& interrupt) {
  pollfd wake{interrupt.Fd(), POLLIN, 0};
  return poll(&wake, 1, 0) == 1;
}

TEST(Interrupt, BeginsQuietly) {
  const Interrupt interrupt;
  EXPECT_FALSE(interrupt.Requested());
  EXPECT_FALSE(Readable(interrupt));
}

TEST(Interrupt, ARequestIsSeenUntilItIsAcknowledged) {
  Interrupt interrupt;
  interrupt.Request();
  interrupt.Request();
  EXPECT_TRUE(interrupt.Requested());
  EXPECT_TRUE(Readable(interrupt));
  interrupt.Acknowledge();
  EXPECT_FALSE(interrupt.Requested());
  EXPECT_FALSE(Readable(interrupt));
  interrupt.Request();
  EXPECT_TRUE(interrupt.Requested());
  EXPECT_TRUE(Readable(interrupt));
}

TEST(Interrupt, AcknowledgingNothingDoesNotBlock) {
  Interrupt interrupt;
  interrupt.Acknowledge();
  EXPECT_FALSE(interrupt.Requested());
}

TEST(Interrupt, TakesSigtermAndSigint) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Interrupt interrupt;
    interrupt.Install();
    errno = 4711;
    raise(signal);
    EXPECT_EQ(errno, 4711) << "a handler must leave errno alone";
    EXPECT_TRUE(interrupt.Requested());
    EXPECT_TRUE(Readable(interrupt));
  }
}

TEST(Interrupt, IgnoresSigpipe) {
  Interrupt interrupt;
  interrupt.Install();
  raise(SIGPIPE);
  EXPECT_FALSE(interrupt.Requested());
}

TEST(Interrupt, GivesTheFormerHandlersBack) {
  struct sigaction before {};
  struct sigaction within {};
  struct sigaction after {};
  sigaction(SIGTERM, nullptr, &before);
  {
    Interrupt interrupt;
    interrupt.Install();
    sigaction(SIGTERM, nullptr, &within);
  }
  sigaction(SIGTERM, nullptr, &after);
  EXPECT_NE(within.sa_handler, before.sa_handler);
  EXPECT_EQ(after.sa_handler, before.sa_handler);
}

TEST(Interrupt, WakesASleepOfAnotherThread) {
  Interrupt interrupt;
  SystemClock clock(interrupt);
  bool whole = true;
  std::thread sleeper([&] { whole = clock.SleepUntil(clock.Now() + std::chrono::minutes(10)); });
  interrupt.Request();
  sleeper.join();
  EXPECT_FALSE(whole);
}

TEST(InterruptDeathTest, TheSecondSignalEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto twice = [](bool acknowledge) {
    Interrupt interrupt;
    interrupt.Install();
    raise(SIGTERM);
    if (acknowledge) interrupt.Acknowledge();
    raise(SIGTERM);
  };
  EXPECT_EXIT(twice(false), testing::ExitedWithCode(130), "");
  EXPECT_EXIT(twice(true), testing::ExitedWithCode(130), "");
}

}  // namespace
}  // namespace e2e
