// SmtpClient: one SMTP session, spoken line by line so that every reply and every kind of loss can be told apart.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "net/line_channel.h"
#include "net/smtp_values.h"

namespace e2e {

// What is done around the data of a message.
struct DataActions {
  // Whether all of it is sent, its final dot included. Default: only half of it is, and never its end.
  bool whole = false;
  // After the 354. Default: nothing.
  std::function<Status()> at_start = {};
  // When the data is sent; gives the limit for the reply.
  std::function<Outcome<Deadline>()> at_end;
};

// RFC 5321. Move-only; errors as LineChannel's, and kExpectation when the server's answer is not the one that the
// protocol asks for. After any other error than that the session is closed. Thread rule: one thread.
class SmtpClient {
 public:
  // Greeting 220, EHLO, and with kStartTls the upgrade (RFC 3207) and EHLO again. Without the offer of STARTTLS it is
  // kExpectation: nothing falls back to clear text.
  static Outcome<SmtpClient> Connect(const SmtpOptions& options, Clock& clock, const Interrupt& interrupt,
                                     Transcript* transcript, Deadline deadline);

  // One line without CRLF; any well-formed reply is a value.
  Outcome<SmtpReply> Command(std::string_view line, Deadline deadline);
  // AUTH PLAIN with an initial response (RFC 4954); kExpectation when it is not offered or is refused.
  Status AuthPlain(const std::string& user, const std::string& password, Deadline deadline);
  // One message, all recipients or none. MAIL carries SIZE and BODY=8BITMIME where they are offered. `message` has CRLF
  // line ends; its final CRLF is added when missing and dots are stuffed. kOk: a 2yz reply to the final dot. kRefused:
  // a definite 4yz or 5yz, or a loss before any data was sent; after it the session is reset with RSET. kUnknown: data
  // was sent and no definite reply came.
  SendResult Send(const Envelope& envelope, std::string_view message, Deadline deadline);
  // The same with actions. Of half a message a 2yz makes kOk and anything else kRefused, as a message is taken only
  // with its end (RFC 5321 section 4.1.1.4). An Error when the server did not let it get there, or that of an action.
  // The session is closed then and at the end.
  Outcome<SendResult> SendAround(const Envelope& envelope, std::string_view message, const DataActions& actions,
                                 Deadline deadline);
  Status Quit(Deadline deadline);

  const SmtpReply& greeting() const { return greeting_; }
  // Of the last EHLO, as SmtpExtensions() has them.
  const std::set<std::string>& extensions() const { return extensions_; }
  // For dialogues that break the rules on purpose.
  LineChannel& channel() { return channel_; }

 private:
  explicit SmtpClient(LineChannel channel) : channel_(std::move(channel)) {}
  Status Open(const SmtpOptions& options, Deadline deadline);
  Status Ehlo(const std::string& name, Deadline deadline);
  Status Upgrade(const TlsTrust& trust, Deadline deadline);
  Outcome<SmtpReply> ReadReply(Deadline deadline);
  // One step of an envelope: nothing when the server agreed.
  std::optional<SendResult> Step(const std::string& line, const std::string& stage, int wanted, Deadline deadline);
  // Up to the 354.
  std::optional<SendResult> BeginData(const Envelope& envelope, std::string_view message, Deadline deadline);
  Outcome<SendResult> DataAround(const std::string& data, const DataActions& actions, Deadline deadline);
  // What the reply to the data makes of it, all of which was written or not.
  SendResult EndData(Status written, Deadline deadline);
  // The same for a message without its end.
  SendResult EndHalf(Deadline deadline);
  void Reset(const SmtpReply& reply, Deadline deadline);
  Error Unexpected(const std::string& what, const SmtpReply& reply) const;

  LineChannel channel_;
  SmtpReply greeting_;
  std::set<std::string> extensions_;
};

}  // namespace e2e
