// ReplyReader: where a reply begins and ends, by the protocol of the port.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/line_channel.h"
#include "steps/ports.h"

namespace e2e {

// A reply is, and the line that decides about it is:
//   SMTP    the lines "250-…" up to "250 …"; the last one
//   IMAP    what comes up to the tagged line of a command that was sent, "+ …" or "* BAD …"; the last one. While no
//           command is open (the greeting), and after a "+" until more is sent (IDLE), each line is a reply.
//   Sieve   the lines up to OK, NO or BYE; the last one
//   HTTP    the head, and the lines of the body when Content-Length counts it, not after HEAD; the status line
// A literal stays in its line, behind its "{size}". A closed connection ends a reply too, unless nothing came.
// A line that fits none of this is a reply by itself. `channel` must outlive it.
class ReplyReader {
 public:
  ReplyReader(Protocol protocol, LineChannel& channel) : protocol_(protocol), channel_(channel) {}

  // Told of all that is sent, in the order of sending.
  void Sent(std::string_view bytes);
  // The next reply into lines(); after an Error they are what came until then.
  Status Read(Deadline deadline);

  const std::vector<std::string>& lines() const { return lines_; }
  const std::string& Decisive() const { return protocol_ == Protocol::kHttp ? lines_.front() : lines_.back(); }
  // The octets of each literal in it.
  const std::vector<std::string>& literals() const { return literals_; }

 private:
  Status ReadLine(Deadline deadline);
  Status ReadBody(Deadline deadline);
  // Whether the last line that came is the end of a reply.
  bool Complete();
  bool ImapComplete(std::string_view line);

  const Protocol protocol_;
  LineChannel& channel_;
  std::vector<std::string> lines_;
  std::vector<std::string> literals_;
  // Of IMAP commands without their tagged line.
  std::set<std::string, std::less<>> tags_;
  // The server has asked for more ("+"), and nothing was sent since.
  bool asked_ = false;
  // The last HTTP request was HEAD: the length in the answer is that of a body that does not come.
  bool bodiless_ = false;
};

}  // namespace e2e
