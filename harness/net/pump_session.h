// PumpSession: one session of a SmtpPump, which never waits. Internal to net/.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/curl.h"
#include "net/curl_smtp.h"
#include "net/smtp_pump.h"

namespace e2e {

// Opening, then idle between messages, until it is closed. `loop` and `clock` must outlive it. Its address stays put.
class PumpSession {
 public:
  // Begins to open it.
  PumpSession(const SmtpOptions& server, PumpPlan plan, CurlLoop& loop, const Clock& clock, Transcript* transcript,
              Deadline deadline);
  ~PumpSession() { Close(); }
  PumpSession(const PumpSession&) = delete;
  PumpSession& operator=(const PumpSession&) = delete;

  std::size_t name() const { return plan_.session; }
  bool Is(const CURL* handle) { return smtp_.easy().get() == handle; }
  bool Idle() const { return state_ == State::kIdle; }
  bool Closed() const { return state_ == State::kClosed; }
  // Whether it waits for the server, until the deadline.
  bool Busy() const { return !Idle() && !Closed(); }
  Deadline deadline() const { return deadline_; }
  // Messages that it may still begin.
  std::size_t left() const { return plan_.messages; }
  // Why it could not be opened.
  const std::optional<Error>& not_opened() const { return not_opened_; }

  // libcurl has come to the end of opening it.
  void Opened(CURLcode code);
  // Only when it is idle.
  void Send(PumpMessage message, Deadline deadline);
  void Leave(Deadline deadline);
  // All that can be done without waiting.
  void Advance();
  // Whether Advance() may come to anything; its user knows from WaitsFor().
  bool MayGoOn() const { return may_go_on_; }
  void SetMayGoOn(bool may) { may_go_on_ = may; }
  // Closes it; what is under way gets `why` as its reason.
  void GiveUp(Error why);
  bool HasResult() const { return result_.has_value(); }
  // The result of a message that has come to its end, once.
  std::optional<PumpResult> TakeResult();
  // What Advance() waits for; only while libcurl does not drive the connection, and it is not closed.
  std::optional<curl_waitfd> WaitsFor() const;

 private:
  enum class State { kOpening, kIdle, kEnvelope, kContent, kAnswer, kLeaving, kClosed };
  struct Command {
    std::string line;
    std::string stage;
    int wanted;  // the class of the reply
  };

  void Close();
  // Whether anything was sent or received.
  bool Flush();
  bool Receive();
  void TakeLines();
  void OnReply(const SmtpReply& reply);
  void OnEnvelopeReply(const SmtpReply& reply);
  void SayCommands();
  void BeginContent();
  void End(SendOutcome outcome, const SmtpReply& reply, std::string stage, std::optional<Error> error = {});
  Error Lost(ErrorKind kind, const std::string& what) const;

  const std::string where_;
  const Clock& clock_;
  PumpPlan plan_;
  CurlLoop& loop_;
  CurlSmtp smtp_;
  Deadline deadline_;
  State state_ = State::kOpening;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  std::optional<Error> not_opened_;
  std::optional<Error> write_error_;
  std::optional<PumpMessage> message_;
  TimePoint begun_{};  // of the message
  std::optional<PumpResult> result_;
  std::deque<Command> to_say_;      // the front one is said next
  std::deque<Command> to_hear_of_;  // the front one is answered next
  std::string out_;
  std::size_t out_done_ = 0;
  std::string in_;
  SmtpReplyReader reader_;
  bool may_go_on_ = true;
};

}  // namespace e2e
