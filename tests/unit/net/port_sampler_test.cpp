#include "net/port_sampler.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "support/mode_server.h"
#include "support/net_fixture.h"

namespace e2e {
namespace {

using testing::ElementsAre;

using Mode = ModeServer::Mode;

class PortSamplerTest : public NetFixture {
 protected:
  // How the samples of a port ended, by when they began, until there are `count`.
  std::vector<SampleEnd> Ends(SampledPort port, std::size_t count, Duration patience = Duration(10'000)) {
    std::vector<Sample> samples;
    PortSampler({std::move(port)}, patience).Run(clock_, interrupt_, [&](const Sample& sample) {
      samples.push_back(sample);
      if (samples.size() == count) interrupt_.Request();
    });
    std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.begun < b.begun; });
    std::vector<SampleEnd> ends;
    for (const Sample& sample : samples) ends.push_back(sample.end);
    ends.resize(std::min(ends.size(), count));
    return ends;
  }
  static SampledPort At(std::uint16_t port) {
    return {.name = "smtp", .endpoint = {"x", "127.0.0.1", port}, .greeting = "220", .every = Duration(1)};
  }
};

TEST_F(PortSamplerTest, TellsHowEachSampleEnded) {
  const ModeServer server({Mode::kGreet, Mode::kClose, Mode::kOther, Mode::kGreet});
  EXPECT_THAT(Ends(At(server.port()), 4),
              ElementsAre(SampleEnd::kGood, SampleEnd::kClosed, SampleEnd::kWrong, SampleEnd::kGood));
}

TEST_F(PortSamplerTest, APortThatHangsDoesNotHoldUpTheNextSample) {
  const ModeServer server({Mode::kHang, Mode::kGreet});
  // The first one is still waiting when the others are done, and is dropped.
  EXPECT_THAT(Ends(At(server.port()), 3), ElementsAre(SampleEnd::kGood, SampleEnd::kGood, SampleEnd::kGood));
}

TEST_F(PortSamplerTest, SilenceBeyondThePatienceIsAFailure) {
  const ModeServer server({Mode::kHang});
  EXPECT_THAT(Ends(At(server.port()), 1, Duration(5)), ElementsAre(SampleEnd::kSilent));
}

TEST_F(PortSamplerTest, ARefusedConnectionIsAFailure) {
  std::uint16_t port = 0;
  { port = ModeServer({Mode::kGreet}).port(); }
  EXPECT_THAT(Ends(At(port), 2), ElementsAre(SampleEnd::kRefused, SampleEnd::kRefused));
}

TEST_F(PortSamplerTest, SpeaksFirstWhereTheClientBegins) {
  const ModeServer server({Mode::kGreet});
  SampledPort port = At(server.port());
  port.request = "GET / HTTP/1.1\r\n\r\n";
  EXPECT_THAT(Ends(port, 1), ElementsAre(SampleEnd::kGood));
}

}  // namespace
}  // namespace e2e
