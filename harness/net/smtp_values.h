// SMTP's values: replies, envelopes and what came of a message. Shared by all clients that speak it (RFC 5321).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/endpoint.h"

namespace e2e {

// Which server, and how.
struct SmtpOptions {
  Endpoint endpoint;
  Security security = Security::kPlain;
  TlsTrust trust;
  std::string ehlo_name = "client.example.net";
};

struct SmtpReply {
  int code = 0;                    // 0: there was none
  std::vector<std::string> lines;  // without the code

  bool Positive() const { return code >= 200 && code < 300; }
  bool Negative() const { return code >= 400 && code < 600; }
  // "250 first / second", or "no reply".
  std::string Text() const;
};

// Puts replies together out of lines.
class SmtpReplyReader {
 public:
  enum class State { kMore, kComplete, kMalformed };
  // A line without its CRLF. After kComplete the next line begins a reply of its own; after kMalformed nothing that
  // the server says can be understood any more.
  State Add(std::string_view line);
  // The lines so far; whole after kComplete.
  const SmtpReply& reply() const { return reply_; }

 private:
  SmtpReply reply_;
  bool complete_ = false;
};

// Of a reply to EHLO, in upper case: each keyword ("AUTH"), and each keyword with each parameter ("AUTH PLAIN").
std::set<std::string> SmtpExtensions(const SmtpReply& reply);

struct Envelope {
  std::string from;  // empty: the null reverse-path
  std::vector<std::string> to;
};

// "MAIL FROM:<a@example.org> SIZE=5", with what the server offers and the message needs.
std::string MailFromLine(const Envelope& envelope, std::string_view message, const std::set<std::string>& extensions);
// RFC 5321 section 4.5.2, with the end of the data. `message` has CRLF line ends.
std::string DotStuffed(std::string_view message);

enum class SendOutcome { kOk, kRefused, kUnknown };

struct SendResult {
  SendOutcome outcome = SendOutcome::kUnknown;
  // The reply that decided; code 0 when there was none.
  SmtpReply reply;
  // "MAIL FROM", "RCPT TO <b@example.org>", "DATA", "the final dot", "connection lost before DATA".
  std::string stage;
  // Why there was no reply.
  std::optional<Error> error;
};

}  // namespace e2e
