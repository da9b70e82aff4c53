// SieveClient: one ManageSieve session (RFC 5804), one command at a time.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "net/line_channel.h"

namespace e2e {

struct SieveOptions {
  Endpoint endpoint;
  Security security = Security::kStartTls;
  TlsTrust trust;
};

struct SieveReply {
  // "OK", "NO" or "BYE".
  std::string status;
  // Behind the status: "(ENCRYPT-NEEDED) \"Use TLS\"".
  std::string text;
  // What came before it; literals inlined behind their "{size}".
  std::vector<std::string> lines;
};

struct SieveScript {
  std::string name;
  bool active = false;
};

// Move-only. Errors: as LineChannel's; kExpectation for NO, BYE and broken responses. After any error but NO the
// session is closed. Thread rule: one thread.
class SieveClient {
 public:
  // Capabilities, and with kStartTls the upgrade and the capabilities that count then (section 2.2); without its offer
  // it is kExpectation.
  static Outcome<SieveClient> Connect(const SieveOptions& options, Clock& clock, const Interrupt& interrupt,
                                      Transcript* transcript, Deadline deadline);

  // One command without the final CRLF. NO and BYE are kExpectation with the server's text.
  Outcome<SieveReply> Command(std::string_view text, Deadline deadline);
  // The same, but NO and BYE are values too: for checks of what the server must refuse.
  Outcome<SieveReply> Exchange(std::string_view text, Deadline deadline);
  // SASL PLAIN with an initial response; kExpectation when it is not offered or is refused.
  Status AuthPlain(const std::string& user, const std::string& password, Deadline deadline);
  Outcome<std::vector<SieveScript>> ListScripts(Deadline deadline);
  // Its text.
  Outcome<std::string> GetScript(const std::string& name, Deadline deadline);
  Status Logout(Deadline deadline);

  // `bytes` as an argument of Command: a non-synchronizing literal, the only one that clients may send.
  static std::string Literal(std::string_view bytes);

  // Upper-case names: "SASL" -> "PLAIN OAUTHBEARER", "STARTTLS" -> "".
  const std::map<std::string, std::string>& capabilities() const { return capabilities_; }
  // For dialogues that break the rules on purpose.
  LineChannel& channel() { return channel_; }

 private:
  explicit SieveClient(LineChannel channel) : channel_(std::move(channel)) {}
  Status Open(const SieveOptions& options, Deadline deadline);
  Status ReadCapabilities(Deadline deadline);
  Outcome<SieveReply> ReadReply(Deadline deadline);
  Outcome<SieveReply> Accepted(std::string_view command, Outcome<SieveReply> reply) const;

  LineChannel channel_;
  std::map<std::string, std::string> capabilities_;
};

}  // namespace e2e
