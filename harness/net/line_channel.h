// LineChannel: one connection that speaks in lines ending in CRLF, with counted bytes in between.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/outcome.h"
#include "net/endpoint.h"
#include "net/stream.h"
#include "net/transcript.h"

namespace e2e {

// Move-only. Errors: kTransport (refused, lost, closed, TLS failed), kTimeout, kInterrupted, kExpectation (the peer
// broke the line rules); their detail holds the end of the dialogue. After kTimeout nothing is lost:
// what came so far is still there for the next read. `transcript` may be null; all references must outlive
// the channel. Thread rule: one thread.
class LineChannel {
 public:
  // With kStartTls the connection begins in clear, as with kPlain.
  static Outcome<LineChannel> Connect(const Endpoint& endpoint, Security security, const TlsTrust& trust, Clock& clock,
                                      const Interrupt& interrupt, Transcript* transcript, Deadline deadline);

  // All bytes as they are. `shown` stands in the transcript in place of bytes that hold a secret.
  Status Write(std::string_view bytes, Deadline deadline, std::string_view shown = {});
  // The next line without its CRLF; at most 1 MiB.
  Outcome<std::string> ReadLine(Deadline deadline);
  Outcome<std::string> ReadExactly(std::size_t size, Deadline deadline);
  // Upgrades the connection. Bytes that the server has sent ahead in clear are an error (kExpectation): they
  // would be taken for protected ones (RFC 3207 section 4.2, RFC 9051 section 11.1).
  Status StartTls(const TlsTrust& trust, Deadline deadline);
  // Whether the server has closed and all it said has been read. Does not wait.
  bool AtEof();
  void Close();

  // The end of what was said here, for the reader of a failure.
  std::string LastLines(std::size_t lines) const;

  bool open() const { return stream_.open(); }
  bool secure() const { return stream_.secure(); }
  const Endpoint& endpoint() const { return stream_.endpoint(); }

 private:
  LineChannel(Stream stream, Transcript* transcript);
  Status Secure(const TlsTrust& trust, Deadline deadline);
  // Appends what comes next to buffer_; kTransport at the end of the stream.
  Status Fill(Deadline deadline);
  Error WithDialogue(Error error) const;
  void Note(std::string_view text);

  Stream stream_;
  Transcript* transcript_;
  std::string label_;
  // Received and not yet read: from position_ on.
  std::string buffer_;
  std::size_t position_ = 0;
  std::string last_line_;
};

}  // namespace e2e
