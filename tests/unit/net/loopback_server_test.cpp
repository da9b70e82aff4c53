#include "support/loopback_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/line_channel.h"
#include "support/net_fixture.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LoopbackServerTest : public NetFixture {
 protected:
  // Says `words` to the server and returns what the server complains about.
  std::vector<std::string> Complaints(const LoopbackServer::Script& script, const std::string& words) {
    LoopbackServer server(script);
    auto channel = LineChannel::Connect(server.At("x"), Security::kPlain, {}, clock_, interrupt_, nullptr, Soon());
    EXPECT_TRUE(channel);
    EXPECT_TRUE(channel->Write(words, Soon()));
    // The server closes when something went wrong or its script says so.
    EXPECT_FALSE(channel->ReadLine(Soon()));
    return server.TakeFailures();
  }
};

TEST_F(LoopbackServerTest, IsContentWithWhatItExpects) {
  EXPECT_THAT(Complaints({"C: EHLO *", "C! bytes 2", "S! close"}, "EHLO x\r\nab"), IsEmpty());
}

TEST_F(LoopbackServerTest, ComplainsAboutOtherInput) {
  EXPECT_THAT(Complaints({"C: EHLO *", "S: 250 ok"}, "HELO x\r\n"),
              testing::Contains(HasSubstr("expected \"C: EHLO *\", got \"HELO x\"")));
}

TEST_F(LoopbackServerTest, ComplainsAboutInputBehindItsScript) {
  EXPECT_THAT(Complaints({"C: NOOP"}, "NOOP\r\nmore"), ElementsAre("expected silence, got \"more\""));
}

TEST_F(LoopbackServerTest, CutsAClientOffThatKeepsItWaiting) {
  LoopbackServer server({"C: NOOP"}, {.patience = std::chrono::milliseconds(1)});
  auto channel = LineChannel::Connect(server.At("x"), Security::kPlain, {}, clock_, interrupt_, nullptr, Soon());
  ASSERT_TRUE(channel);
  EXPECT_FALSE(channel->ReadLine(Soon()));
  EXPECT_THAT(server.TakeFailures(), testing::Contains(HasSubstr("the client closed instead of \"C: NOOP\"")));
}

TEST_F(LoopbackServerTest, ServesSeveralAtTheSameTimeWhenAsked) {
  LoopbackServer server({.parallel = true}, {{"C: one", "S: 1"}, {"C: two", "S: 2"}});
  auto first = LineChannel::Connect(server.At("x"), Security::kPlain, {}, clock_, interrupt_, nullptr, Soon());
  auto second = LineChannel::Connect(server.At("x"), Security::kPlain, {}, clock_, interrupt_, nullptr, Soon());
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(second->Write("two\r\n", Soon()));
  EXPECT_EQ(*second->ReadLine(Soon()), "2");
  EXPECT_TRUE(first->Write("one\r\n", Soon()));
  EXPECT_EQ(*first->ReadLine(Soon()), "1");
}

TEST_F(LoopbackServerTest, RefusesConnectionsThatNoScriptIsFor) {
  LoopbackServer server(LoopbackServer::Options{}, {});
  const TimePoint start = clock_.Now();
  // It may just be connected when the server stops to listen.
  auto channel = LineChannel::Connect(server.At("x"), Security::kPlain, {}, clock_, interrupt_, nullptr, Soon());
  EXPECT_TRUE(!channel || !channel->ReadLine(Soon()));
  EXPECT_LT(clock_.Now() - start, Duration(5000)) << "at once, not at the client's deadline";
}

TEST_F(LoopbackServerTest, ComplainsAboutItsOwnMistakes) {
  EXPECT_THAT(Complaints({"X: what"}, "x"), testing::Contains(HasSubstr("not understood")));
}

}  // namespace
}  // namespace e2e
