// SmtpPump: submits a stream of messages over several sessions at a time, all of them in one thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/outcome.h"
#include "net/smtp_values.h"
#include "net/transcript.h"

namespace e2e {

struct PumpOptions {
  SmtpOptions server;
  // Connections at the same time, at most.
  std::size_t sessions = 1;
  // The longest time for opening a session, and for one message. Default: as long as the pump may run.
  std::optional<Duration> patience = {};
};

// A session as the feed wants it.
struct PumpPlan {
  std::size_t session = 0;           // the feed's own name for it, used once
  std::optional<Credentials> login;  // nobody: mail as another server brings it
  std::size_t messages = 1;          // after so many it says QUIT
};

struct PumpMessage {
  std::string id;
  Envelope envelope;
  std::string text;  // with CRLF line ends, not empty
};

struct PumpResult {
  std::size_t session = 0;
  std::string id;
  SendResult result;
  // From the first command of its envelope on.
  Duration took{0};
};

// Where the messages come from and the results go to. Every call comes from the pump's thread, in its Run().
class PumpFeed {
 public:
  virtual ~PumpFeed() = default;
  // A further session, or nothing: none is wanted now.
  virtual std::optional<PumpPlan> Open() = 0;
  // What came of messages, and which sessions could send now. Gives a message for each of `ready`, in their order, or
  // for the first ones of them; what it gives has been begun. An error ends the pump.
  virtual Outcome<std::vector<PumpMessage>> Turn(const std::vector<PumpResult>& results,
                                                 const std::vector<std::size_t>& ready) = 0;
  // Told once for each session that Open() gave, with the reason when it could not be opened. An error ends the pump.
  virtual Status Closed(std::size_t session, const std::optional<Error>& not_opened) = 0;
  // When to ask again, though no result has come by then. Nothing: there will be nothing without further results.
  virtual std::optional<TimePoint> Due() = 0;
  // Sleeps until then, or less: nothing is under way.
  virtual void Wait(TimePoint until) = 0;
};

// libcurl opens the sessions, with TLS, EHLO and login by its own SMTP; the messages are spoken here, since libcurl
// 7.88 lets all its transfers wait for the reply to one message's final dot. Where PIPELINING is offered (RFC 2920) an
// envelope goes out in one piece; the message never leaves before the server has said 354.
//
// Outcomes as of SmtpClient::Send: kOk for a 2yz reply that came after the final dot went out; kRefused for a definite
// 4yz or 5yz, or a loss before any octet of the message was sent; kUnknown for everything else. A session ends with
// the first message that is not kOk, and before any message when a login was asked for and the server did not say 235.
// `clock`, `interrupt` and `transcript` (which may be null) must outlive it. Thread rule: one thread.
class SmtpPump {
 public:
  SmtpPump(PumpOptions options, Clock& clock, const Interrupt& interrupt, Transcript* transcript);

  // Until the feed has no more and all that was begun has its result. kTimeout at the deadline, kInterrupted, and the
  // feed's errors; then, too, every message that was begun has had its result.
  Status Run(PumpFeed& feed, Deadline deadline);

 private:
  const PumpOptions options_;
  Clock& clock_;
  const Interrupt& interrupt_;
  Transcript* const transcript_;
};

}  // namespace e2e
