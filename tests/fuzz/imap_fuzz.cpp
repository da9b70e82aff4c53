// The IMAP client and its parser of FETCH responses against a server that says anything.
#include <cstdint>

#include "base/interrupt.h"
#include "fuzz/support/demand.h"
#include "fuzz/support/said_peer.h"
#include "net/imap_client.h"
#include "net/literal.h"
#include "support/fake_clock.h"

namespace e2e {
namespace {

void Parse(std::string_view text) {
  (void)ParseFetch(text);
  (void)LiteralSize(text);
  if (IsQuotable(text)) {
    const std::string quoted = Quoted(text);
    std::string_view rest = quoted;
    Demand(TakeString(rest) == std::string(text) && rest.empty(), "what is quoted reads as it was");
  }
  std::string_view rest = text;
  (void)TakeString(rest);
}

void Talk(ImapClient& client, Deadline deadline) {
  if (!client.Login("u", "p", deadline)) return;
  if (!client.Select("INBOX", deadline)) return;
  if (!client.FetchAll(deadline)) return;
  if (!client.Append("INBOX", "S: x\r\n\r\ny\r\n", deadline)) return;
  (void)client.Move(1, "Other", deadline);
}

}  // namespace
}  // namespace e2e

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace e2e;
  static SaidPeer peer;
  static Interrupt interrupt;
  FakeClock clock;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Parse(text);
  const Deadline deadline = Deadline::In(clock, std::chrono::seconds(5));
  const ImapOptions options{.endpoint = peer.Say(text), .security = Security::kPlain};
  auto client = ImapClient::Connect(options, clock, interrupt, nullptr, deadline);
  if (client) Talk(*client, deadline);
  return 0;
}
