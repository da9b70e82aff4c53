#include "net/line_channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace e2e {

namespace {

constexpr std::size_t kMaxLine = 1024 * 1024;
constexpr std::size_t kChunk = 64 * 1024;
constexpr std::size_t kLinesInErrors = 12;

std::string Shortened(std::string_view text) {
  return std::string(text.substr(0, 80)) + (text.size() > 80 ? "…" : "");
}

}  // namespace

LineChannel::LineChannel(Stream stream, Transcript* transcript) : stream_(std::move(stream)), transcript_(transcript) {
  if (transcript_ != nullptr) label_ = transcript_->Open(stream_.endpoint().Text());
}

Outcome<LineChannel> LineChannel::Connect(const Endpoint& endpoint, Security security, const TlsTrust& trust,
                                          Clock& clock, const Interrupt& interrupt, Transcript* transcript,
                                          Deadline deadline) {
  auto stream = Stream::Connect(endpoint, clock, interrupt, deadline);
  if (!stream) {
    if (transcript != nullptr) transcript->Note(transcript->Open(endpoint.Text()), stream.error().message());
    return std::move(stream).error();
  }
  LineChannel channel(std::move(stream).value(), transcript);
  channel.Note("connected");
  if (security == Security::kImplicitTls) E2E_CHECK(channel.Secure(trust, deadline), "reaching " + endpoint.host);
  return channel;
}

Status LineChannel::Write(std::string_view bytes, Deadline deadline, std::string_view shown) {
  if (transcript_ != nullptr) transcript_->Client(label_, shown.empty() ? bytes : shown);
  Status written = stream_.Write(bytes, deadline);
  if (!written) return WithDialogue(std::move(written).error());
  return Status();
}

Outcome<std::string> LineChannel::ReadLine(Deadline deadline) {
  // Counted from position_, which moves to the front when the buffer is filled.
  std::size_t searched = 0;
  std::size_t end = 0;
  while ((end = buffer_.find('\n', position_ + searched)) == std::string::npos) {
    searched = buffer_.size() - position_;
    if (searched > kMaxLine) {
      return WithDialogue(Error(ErrorKind::kExpectation, endpoint().Text() + " sent a line of more than 1 MiB"));
    }
    E2E_CHECK(Fill(deadline), "waiting for a line");
  }
  std::string line = buffer_.substr(position_, end - position_);
  position_ = end + 1;
  if (transcript_ != nullptr) transcript_->Server(label_, line);
  if (!line.ends_with('\r')) {
    return WithDialogue(Error(ErrorKind::kExpectation, fmt::format("{} ended a line with a bare LF: \"{}\"",
                                                                   endpoint().Text(), Shortened(line))));
  }
  line.pop_back();
  last_line_ = Shortened(line);
  return line;
}

Outcome<std::string> LineChannel::ReadExactly(std::size_t size, Deadline deadline) {
  while (buffer_.size() - position_ < size) {
    E2E_CHECK(Fill(deadline), fmt::format("waiting for {} bytes, {} of them there", size, buffer_.size() - position_));
  }
  std::string bytes = buffer_.substr(position_, size);
  position_ += size;
  if (transcript_ != nullptr) transcript_->Server(label_, bytes);
  return bytes;
}

Status LineChannel::Fill(Deadline deadline) {
  buffer_.erase(0, std::exchange(position_, 0));
  std::array<char, kChunk> chunk;
  auto bytes = stream_.Read(chunk.data(), chunk.size(), deadline);
  if (!bytes) return WithDialogue(std::move(bytes).error());
  if (*bytes > 0) {
    buffer_.append(chunk.data(), *bytes);
    return Status();
  }
  Note("closed by the server");
  const std::string after = !buffer_.empty()      ? fmt::format("in the middle of \"{}\"", Shortened(buffer_))
                            : !last_line_.empty() ? fmt::format("after \"{}\"", last_line_)
                                                  : "before it said anything";
  return WithDialogue(
      Error(ErrorKind::kTransport, fmt::format("{} was closed by the server {}", endpoint().Text(), after)));
}

Status LineChannel::StartTls(const TlsTrust& trust, Deadline deadline) {
  if (!AtEof() && position_ < buffer_.size()) {
    return WithDialogue(Error(
        ErrorKind::kExpectation,
        fmt::format("{} sent {} bytes in clear behind its consent to TLS (\"{}\"): RFC 3207 section 4.2 forbids it",
                    endpoint().Text(), buffer_.size() - position_, Shortened(buffer_.substr(position_)))));
  }
  return Secure(trust, deadline);
}

Status LineChannel::Secure(const TlsTrust& trust, Deadline deadline) {
  Status secured = stream_.StartTls(trust, deadline);
  Note(secured ? "TLS established" : secured.error().message());
  if (!secured) return WithDialogue(std::move(secured).error());
  return Status();
}

bool LineChannel::AtEof() {
  if (position_ < buffer_.size()) return false;
  std::array<char, kChunk> chunk;
  const auto bytes = stream_.TryRead(chunk.data(), chunk.size());
  if (!bytes) return true;
  if (!bytes->has_value()) return false;
  buffer_.append(chunk.data(), **bytes);
  return **bytes == 0;
}

void LineChannel::Close() {
  if (stream_.open()) Note("closed on this side");
  stream_.Close();
}

std::string LineChannel::LastLines(std::size_t lines) const {
  return transcript_ == nullptr ? "" : transcript_->LastOf(label_, lines);
}

Error LineChannel::WithDialogue(Error error) const {
  if (transcript_ != nullptr) error.Detail(transcript_->Last(kLinesInErrors));
  return error;
}

void LineChannel::Note(std::string_view text) {
  if (transcript_ != nullptr) transcript_->Note(label_, text);
}

}  // namespace e2e
