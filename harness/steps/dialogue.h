// Dialogue: a scripted conversation with one port, line by line.
#pragma once

#include <string>
#include <vector>

#include "net/line_channel.h"
#include "steps/dialogue_line.h"
#include "steps/ports.h"
#include "steps/reply_reader.h"
#include "steps/world.h"

namespace e2e {

// Speaks the lines of a script on a channel. A failed line is an Error at its place in the YAML, with what was
// expected, what came and the end of the conversation; a silent server is kTimeout, a closed or broken connection
// kTransport, everything else kExpectation. Captured values go to world.variables. No secret of ours gets into the
// transcript.
class Dialogue {
 public:
  Dialogue(World& world, Protocol protocol, LineChannel& channel)
      : world_(world), protocol_(protocol), channel_(channel), reader_(protocol, channel) {}

  Status Run(const std::vector<DialogueLine>& lines, Deadline deadline);

 private:
  Status RunLine(const DialogueLine& line, Deadline deadline);
  Status Send(const DialogueLine& line, Deadline deadline);
  Status SendLiteral(const DialogueLiteral& literal, const std::string& line, Deadline deadline);
  Status SendFiller(const FillerLines& filler, Deadline deadline);
  Status Write(const std::string& bytes, Deadline deadline);
  Status Written(Status written) const;
  Status Expect(const DialogueLine& line, Deadline deadline);
  Status Await(const DialogueLine& line, Deadline deadline);
  Status ExpectLines(const DialogueLine& line);
  Status ExpectLiteral(const DialogueLiteral& literal);
  Status ExpectEof(const DialogueEof& eof, Deadline deadline);
  Status Capture(const DialogueCapture& capture);
  Outcome<bool> SomeOf(const std::vector<std::string>& lines, const std::string& pattern) const;
  Error Wrong(const std::string& expected, const std::string& came) const;

  World& world_;
  const Protocol protocol_;
  LineChannel& channel_;
  ReplyReader reader_;
};

}  // namespace e2e
