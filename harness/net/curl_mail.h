// CurlMail: mail by libcurl's own SMTP and IMAP, a second client that shares nothing with ours but the socket's
// address.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/outcome.h"
#include "net/endpoint.h"
#include "net/smtp_values.h"
#include "net/transcript.h"

namespace e2e {

// What both of them run with. The references outlive a call; `transcript` may be null.
struct CurlMailContext {
  const Clock& clock;
  const Interrupt& interrupt;
  Transcript* transcript;
};

// One message over a session of its own, which ends with QUIT. `message` is not empty and has CRLF line ends. Outcomes
// as of SmtpClient::Send; a session that could not be opened, and one in which the server did not say 235 to the login,
// is kRefused at the stage "opening the session", and no octet of the message has left.
SendResult CurlSend(const CurlMailContext& context, const SmtpOptions& server, const Credentials& login,
                    const Envelope& envelope, const std::string& message, Deadline deadline);

struct CurlFetchRequest {
  Endpoint endpoint;
  Security security = Security::kImplicitTls;
  TlsTrust trust;
  Credentials login;
  std::string mailbox;
  std::uint32_t uidvalidity = 0;
  std::uint32_t uid = 0;
  // "HEADER" or "TEXT". Default: the whole message.
  std::string section;
};

// The octets, over a session of its own. kExpectation when the login is refused, the mailbox has another UIDVALIDITY or
// no such message; it sets \Seen.
Outcome<std::string> CurlFetch(const CurlMailContext& context, const CurlFetchRequest& request, Deadline deadline);

}  // namespace e2e
