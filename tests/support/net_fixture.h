// NetFixture: clock, interrupt, transcript and deadlines for the tests of the protocol clients.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/clock.h"
#include "base/interrupt.h"
#include "net/transcript.h"

namespace e2e {

class NetFixture : public testing::Test {
 protected:
  // Never reached unless the test hangs.
  Deadline Soon() const { return Deadline::In(clock_, Duration(10000)); }
  // For waits that are meant to run out.
  Deadline Short() const { return Deadline::In(clock_, Duration(40)); }

  Interrupt interrupt_;
  SystemClock clock_{interrupt_};
  Transcript transcript_{clock_};
};

}  // namespace e2e
