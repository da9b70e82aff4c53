// The SMTP client against a server that says anything: greeting, EHLO, a message, and whatever comes after it.
#include <cstdint>

#include "base/interrupt.h"
#include "fuzz/support/demand.h"
#include "fuzz/support/said_peer.h"
#include "net/smtp_client.h"
#include "support/fake_clock.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace e2e;
  static SaidPeer peer;
  static Interrupt interrupt;
  FakeClock clock;
  Transcript* const no_transcript = nullptr;
  const Deadline deadline = Deadline::In(clock, std::chrono::seconds(5));
  SmtpOptions options{.endpoint = peer.Say({reinterpret_cast<const char*>(data), size})};
  auto client = SmtpClient::Connect(options, clock, interrupt, no_transcript, deadline);
  if (!client) return 0;
  Demand(client->greeting().code == 220, "a session begins with 220");
  const SendResult sent =
      client->Send({.from = "a@example.org", .to = {"b@example.org"}}, "S: x\r\n\r\n.\r\n", deadline);
  Demand(sent.outcome != SendOutcome::kOk || sent.reply.Positive(), "what is acknowledged has a positive reply");
  (void)client->Command("NOOP", deadline);
  return 0;
}
