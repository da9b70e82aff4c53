// The ManageSieve client against a server that says anything.
#include <cstdint>

#include "base/interrupt.h"
#include "fuzz/support/said_peer.h"
#include "net/sieve_client.h"
#include "support/fake_clock.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace e2e;
  static SaidPeer peer;
  static Interrupt interrupt;
  FakeClock clock;
  const Deadline deadline = Deadline::In(clock, std::chrono::seconds(5));
  const SieveOptions options{.endpoint = peer.Say({reinterpret_cast<const char*>(data), size}),
                             .security = Security::kPlain};
  auto client = SieveClient::Connect(options, clock, interrupt, nullptr, deadline);
  if (!client || !client->AuthPlain("u", "p", deadline)) return 0;
  if (client->ListScripts(deadline)) (void)client->GetScript("s", deadline);
  return 0;
}
