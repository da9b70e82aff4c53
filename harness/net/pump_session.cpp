#include "net/pump_session.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace e2e {

namespace {

constexpr std::size_t kMaxLine = 64 * 1024;
constexpr std::size_t kMaxKept = 1024 * 1024;
constexpr const char* kFinalDot = "the final dot";

}  // namespace

PumpSession::PumpSession(const SmtpOptions& server, PumpPlan plan, CurlLoop& loop, const Clock& clock,
                         Transcript* transcript, Deadline deadline)
    : where_(server.endpoint.Text()),
      clock_(clock),
      plan_(std::move(plan)),
      loop_(loop),
      smtp_(server, plan_.login, transcript),
      deadline_(deadline) {
  CurlEasy& easy = smtp_.easy();
  easy.Set(CURLOPT_CONNECT_ONLY, 1L);
  easy.Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(deadline.Left(clock).count()) + 1);
  loop_.Add(easy);
}

void PumpSession::Close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  loop_.Remove(smtp_.easy());
  smtp_.session().Note("closed");
}

void PumpSession::Opened(CURLcode code) {
  if (state_ != State::kOpening) return;
  if (code == CURLE_OK && smtp_.LoggedIn()) {
    curl_easy_getinfo(smtp_.easy().get(), CURLINFO_ACTIVESOCKET, &socket_);
    state_ = State::kIdle;
    return;
  }
  not_opened_ = code != CURLE_OK ? smtp_.Failure(code) : smtp_.NotLoggedIn();
  Close();
}

void PumpSession::Send(PumpMessage message, Deadline deadline) {
  --plan_.messages;
  deadline_ = deadline;
  begun_ = clock_.Now();
  to_say_ = {{MailFromLine(message.envelope, message.text, smtp_.extensions()), "MAIL FROM", 2}};
  for (const std::string& to : message.envelope.to)
    to_say_.push_back({"RCPT TO:<" + to + ">", "RCPT TO <" + to + ">", 2});
  to_say_.push_back({"DATA", "DATA", 3});
  message_ = std::move(message);
  state_ = State::kEnvelope;
  for (const Command& command : to_say_) {
    if (command.line.find_first_of("\r\n") == std::string::npos) continue;
    return GiveUp(Lost(ErrorKind::kInternal, "an SMTP command must be one line"));
  }
  SayCommands();
  Advance();
}

// One of them, or all where the server takes them in a row.
void PumpSession::SayCommands() {
  const bool in_a_row = smtp_.extensions().contains("PIPELINING");
  std::string lines;
  do {
    lines += to_say_.front().line + "\r\n";
    to_hear_of_.push_back(std::move(to_say_.front()));
    to_say_.pop_front();
  } while (in_a_row && !to_say_.empty());
  smtp_.session().Said(lines);
  out_ += lines;
}

void PumpSession::Leave(Deadline deadline) {
  deadline_ = deadline;
  state_ = State::kLeaving;
  smtp_.session().Said("QUIT\r\n");
  out_ += "QUIT\r\n";
  Advance();
}

void PumpSession::Advance() {
  if (state_ == State::kOpening) return;
  bool moved = true;
  while (moved && state_ != State::kClosed) {
    moved = Flush();
    if (state_ != State::kClosed) moved = Receive() || moved;
  }
}

bool PumpSession::Flush() {
  bool moved = false;
  while (out_done_ < out_.size()) {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(smtp_.easy().get(), out_.data() + out_done_, out_.size() - out_done_, &sent);
    if (code == CURLE_AGAIN) return moved;
    if (code != CURLE_OK) {
      // A server that refuses and closes may have been heard by now: what it said is still to be read.
      write_error_ = Lost(ErrorKind::kTransport, "lost while sending: " + smtp_.easy().Why(code));
      out_.clear();
      out_done_ = 0;
      return moved;
    }
    out_done_ += sent;
    moved = true;
  }
  out_.clear();
  // What a large message took is not kept for the small ones behind it.
  if (out_.capacity() > kMaxKept) out_.shrink_to_fit();
  out_done_ = 0;
  if (state_ == State::kContent && !write_error_) state_ = State::kAnswer;
  return moved;
}

bool PumpSession::Receive() {
  std::array<char, 16 * 1024> chunk;
  std::size_t bytes = 0;
  const CURLcode code = curl_easy_recv(smtp_.easy().get(), chunk.data(), chunk.size(), &bytes);
  if (code == CURLE_AGAIN) return false;
  if (code == CURLE_OK && bytes > 0) {
    in_.append(chunk.data(), bytes);
    TakeLines();
    return true;
  }
  if (write_error_) {
    GiveUp(*write_error_);
  } else {
    GiveUp(Lost(ErrorKind::kTransport, code == CURLE_OK ? "closed by the server" : smtp_.easy().Why(code)));
  }
  return true;
}

void PumpSession::TakeLines() {
  std::size_t start = 0;
  for (std::size_t end; state_ != State::kClosed && (end = in_.find('\n', start)) != std::string::npos;) {
    const std::string_view line = std::string_view(in_).substr(start, end + 1 - start);
    start = end + 1;
    smtp_.session().Heard(line);
    const bool whole = line.ends_with("\r\n");
    const auto got = whole ? reader_.Add(line.substr(0, line.size() - 2)) : SmtpReplyReader::State::kMalformed;
    if (got == SmtpReplyReader::State::kComplete) OnReply(reader_.reply());
    if (got != SmtpReplyReader::State::kMalformed) continue;
    GiveUp(Lost(ErrorKind::kExpectation, fmt::format("malformed reply: \"{}\"", line.substr(0, 200))));
  }
  in_.erase(0, start);
  if (in_.size() > kMaxLine) GiveUp(Lost(ErrorKind::kExpectation, "a line of more than 64 KiB"));
}

void PumpSession::OnReply(const SmtpReply& reply) {
  switch (state_) {
    case State::kEnvelope: return OnEnvelopeReply(reply);
    case State::kAnswer:
      if (reply.Positive()) return End(SendOutcome::kOk, reply, kFinalDot);
      [[fallthrough]];
    case State::kContent:
      // A yes that comes before the whole message has left can't be about it.
      return End(reply.Negative() ? SendOutcome::kRefused : SendOutcome::kUnknown, reply, kFinalDot);
    // 221 after QUIT, or 421 of a server that goes away.
    default: return Close();
  }
}

void PumpSession::OnEnvelopeReply(const SmtpReply& reply) {
  if (to_hear_of_.empty()) return GiveUp(Lost(ErrorKind::kExpectation, "a reply to nothing: " + reply.Text()));
  const Command command = std::move(to_hear_of_.front());
  to_hear_of_.pop_front();
  // The class of the reply decides: 251 is as good as 250.
  if (reply.code / 100 != command.wanted) return End(SendOutcome::kRefused, reply, command.stage);
  if (!to_say_.empty()) return SayCommands();
  if (to_hear_of_.empty()) BeginContent();
}

void PumpSession::BeginContent() {
  state_ = State::kContent;
  out_ += DotStuffed(message_->text);
  smtp_.session().Said(out_);
  message_->text = std::string();
}

void PumpSession::End(SendOutcome outcome, const SmtpReply& reply, std::string stage, std::optional<Error> error) {
  result_ = PumpResult{plan_.session,
                       message_->id,
                       {outcome, reply, std::move(stage), std::move(error)},
                       std::chrono::duration_cast<Duration>(clock_.Now() - begun_)};
  message_.reset();
  if (outcome == SendOutcome::kOk) {
    state_ = State::kIdle;
  } else {
    Close();
  }
}

void PumpSession::GiveUp(Error why) {
  if (state_ == State::kOpening) not_opened_ = smtp_.session().WithDialogue(std::move(why).While("opening a session"));
  if (state_ == State::kEnvelope) {
    if (!to_hear_of_.empty()) why.While("waiting for the reply to " + to_hear_of_.front().stage);
    End(SendOutcome::kRefused, {}, "connection lost before DATA", std::move(why));
  } else if (state_ == State::kContent || state_ == State::kAnswer) {
    End(SendOutcome::kUnknown, {}, kFinalDot, std::move(why));
  }
  Close();
}

std::optional<PumpResult> PumpSession::TakeResult() {
  return std::exchange(result_, std::nullopt);
}

std::optional<curl_waitfd> PumpSession::WaitsFor() const {
  if (state_ == State::kOpening || state_ == State::kClosed) return std::nullopt;
  const bool writes = out_done_ < out_.size();
  return curl_waitfd{socket_, static_cast<short>(CURL_WAIT_POLLIN | (writes ? CURL_WAIT_POLLOUT : 0)), 0};
}

Error PumpSession::Lost(ErrorKind kind, const std::string& what) const {
  return Error(kind, where_ + ": " + what);
}

}  // namespace e2e
