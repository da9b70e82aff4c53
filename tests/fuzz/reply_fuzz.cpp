// The replies of a dialogue, in each of the protocols, from a server that says anything. The first octet is the
// protocol.
#include <cstdint>

#include "base/interrupt.h"
#include "fuzz/support/demand.h"
#include "fuzz/support/said_peer.h"
#include "steps/reply_reader.h"
#include "support/fake_clock.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace e2e;
  constexpr Protocol kProtocols[] = {Protocol::kSmtp, Protocol::kImap, Protocol::kSieve, Protocol::kHttp};
  if (size == 0) return 0;
  static SaidPeer peer;
  static Interrupt interrupt;
  FakeClock clock;
  const Deadline deadline = Deadline::In(clock, std::chrono::seconds(5));
  const Endpoint endpoint = peer.Say({reinterpret_cast<const char*>(data) + 1, size - 1});
  auto channel = LineChannel::Connect(endpoint, Security::kPlain, {}, clock, interrupt, nullptr, deadline);
  if (!channel) return 0;
  ReplyReader reader(kProtocols[data[0] % std::size(kProtocols)], *channel);
  reader.Sent("a1 NOOP\r\nGET / HTTP/1.1\r\n\r\n");
  while (reader.Read(deadline)) {
    Demand(!reader.lines().empty(), "a reply has a line");
    (void)reader.Decisive();
  }
  return 0;
}
