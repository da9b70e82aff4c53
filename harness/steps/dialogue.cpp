#include "steps/dialogue.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "steps/line_pattern.h"
#include "steps/variables.h"

namespace e2e {
namespace {

constexpr std::size_t kLinesShown = 20;
constexpr std::size_t kShown = 200;

std::string Quote(std::string_view text) {
  return fmt::format("\"{}{}\"", text.substr(0, kShown), text.size() > kShown ? "…" : "");
}

std::string ReplyText(const std::vector<std::string>& lines) {
  if (lines.empty()) return "nothing";
  return lines.size() == 1 ? Quote(lines[0])
                           : fmt::format("{} lines, the last one {}", lines.size(), Quote(lines.back()));
}

std::string Wanted(const DialogueLine& line) {
  if (!line.expect.empty()) return Quote(line.expect);
  for (const auto* patterns : {&line.expect_all, &line.expect_none}) {
    if (!patterns->empty())
      return "a reply with" + std::string(patterns == &line.expect_none ? "out " : " ") + Quote(patterns->front());
  }
  return Quote(line.capture.pattern);
}

}  // namespace

Status Dialogue::Run(const std::vector<DialogueLine>& lines, Deadline deadline) {
  for (const DialogueLine& line : lines) {
    const Deadline limit = Deadline::Min(deadline, Deadline::In(world_.clock, line.within));
    if (Status done = RunLine(line, limit); !done) return Error(std::move(done).error()).At(line.where);
  }
  return {};
}

Status Dialogue::RunLine(const DialogueLine& line, Deadline deadline) {
  if (line.Sends()) return Send(line, deadline);
  if (line.expect_eof.given) return ExpectEof(line.expect_eof, deadline);
  if (line.starttls.given) return channel_.StartTls(TlsTrust{}, deadline);
  return line.await.empty() ? Expect(line, deadline) : Await(line, deadline);
}

Status Dialogue::Send(const DialogueLine& line, Deadline deadline) {
  if (line.filler.given) return SendFiller(line.filler, deadline);
  E2E_TRY(const std::string text, Replaced(world_, line.raw.empty() ? line.send : line.raw), "sending a line");
  if (!line.raw.empty()) {
    E2E_TRY(const std::string octets, Unescaped(text), "sending octets");
    return Write(octets, deadline);
  }
  return line.literal.given ? SendLiteral(line.literal, text, deadline) : Write(AsLines(text), deadline);
}

Status Dialogue::SendLiteral(const DialogueLiteral& literal, const std::string& line, Deadline deadline) {
  E2E_TRY(const std::string text, Replaced(world_, literal.text), "sending a literal");
  const std::string octets = text.empty() ? Filler(static_cast<std::size_t>(literal.size.max)) : WithCrlf(text);
  // ManageSieve has no other literals from clients (RFC 5804 section 4).
  const bool sync = literal.sync && protocol_ != Protocol::kSieve;
  const std::string head = fmt::format("{} {{{}{}}}\r\n", line, octets.size(), sync ? "" : "+");
  if (!sync) return Write(head + octets + "\r\n", deadline);
  E2E_CHECK(Write(head, deadline), "announcing a literal");
  E2E_CHECK(reader_.Read(deadline), "waiting for the consent to a literal");
  if (!reader_.Decisive().starts_with('+'))
    return Wrong("the consent to a literal (\"+ …\")", ReplyText(reader_.lines()));
  if (!text.empty()) return Write(octets + "\r\n", deadline);
  // It may be large, and holds no secret: no copies for the sake of either.
  reader_.Sent(octets);
  E2E_CHECK(Written(channel_.Write(octets, deadline, fmt::format("({} octets of a literal)", octets.size()))),
            "sending a literal");
  return Written(channel_.Write("\r\n", deadline));
}

Status Dialogue::SendFiller(const FillerLines& filler, Deadline deadline) {
  return filler.Each([&](std::string_view piece) {
    const std::string shown = fmt::format("({} octets of a filler)", piece.size());
    return Written(channel_.Write(piece, deadline, shown));
  });
}

Status Dialogue::Write(const std::string& bytes, Deadline deadline) {
  reader_.Sent(bytes);
  return Written(channel_.Write(bytes, deadline, Redact(bytes, SecretsOf(world_))));
}

// What a server says before it closes is still to be read.
Status Dialogue::Written(Status written) const {
  if (!written && written.error().kind() == ErrorKind::kTransport && channel_.open()) return {};
  return written;
}

Status Dialogue::Expect(const DialogueLine& line, Deadline deadline) {
  if (Status read = reader_.Read(deadline); !read) {
    const Error& error = read.error();
    if (error.kind() == ErrorKind::kInterrupted) return read;
    std::string came = reader_.lines().empty() ? "" : "; came so far: " + ReplyText(reader_.lines());
    return Error(error.kind(), fmt::format("expected {}, but {}{}", Wanted(line), error.message(), came))
        .Detail(error.detail());
  }
  E2E_CHECK(ExpectLines(line), "in the dialogue");
  if (line.literal.given) E2E_CHECK(ExpectLiteral(line.literal), "in the dialogue");
  return line.capture.given ? Capture(line.capture) : Status();
}

Status Dialogue::Await(const DialogueLine& line, Deadline deadline) {
  std::vector<std::string> came;
  while (true) {
    if (Status read = reader_.Read(deadline); !read) {
      const Error& error = read.error();
      if (error.kind() == ErrorKind::kInterrupted) return read;
      return Error(error.kind(), fmt::format("awaited {}, but {}; came so far: {}", Quote(line.await), error.message(),
                                             ReplyText(came)))
          .Detail(error.detail());
    }
    E2E_TRY(const bool matches, SomeOf(reader_.lines(), line.await), "in the dialogue");
    if (matches) return {};
    came.insert(came.end(), reader_.lines().begin(), reader_.lines().end());
  }
}

Outcome<bool> Dialogue::SomeOf(const std::vector<std::string>& lines, const std::string& text) const {
  E2E_TRY(const LinePattern pattern,
          LinePattern::Make(text, protocol_, [&](const std::string& name) { return ValueOf(world_, name); }),
          "matching");
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) { return pattern.Matches(line); });
}

Status Dialogue::ExpectLines(const DialogueLine& line) {
  if (!line.expect.empty()) {
    E2E_TRY(const LinePattern pattern,
            LinePattern::Make(line.expect, protocol_, [&](const std::string& name) { return ValueOf(world_, name); }),
            "matching");
    if (!pattern.Matches(reader_.Decisive())) return Wrong(Quote(line.expect), Quote(reader_.Decisive()));
  }
  for (const std::string& pattern : line.expect_all) {
    E2E_TRY(const bool matches, SomeOf(reader_.lines(), pattern), "in expect-all");
    if (!matches) return Wrong("a line of the reply that matches " + Quote(pattern), ReplyText(reader_.lines()));
  }
  for (const std::string& pattern : line.expect_none) {
    E2E_TRY(const bool matches, SomeOf(reader_.lines(), pattern), "in expect-none");
    if (matches) return Wrong("no line of the reply that matches " + Quote(pattern), ReplyText(reader_.lines()));
  }
  return {};
}

Status Dialogue::ExpectLiteral(const DialogueLiteral& literal) {
  E2E_TRY(const std::string text, Replaced(world_, literal.text), "expecting a literal");
  const auto& literals = reader_.literals();
  const bool there = std::any_of(literals.begin(), literals.end(), [&](const std::string& octets) {
    return text.empty() ? static_cast<long long>(octets.size()) == literal.size.max : octets == WithCrlf(text);
  });
  if (there) return {};
  const std::string wanted =
      text.empty() ? fmt::format("a literal of {} octets", literal.size.max) : "the literal " + Quote(text);
  std::vector<std::string> sizes;
  for (const std::string& octets : literals) sizes.push_back(std::to_string(octets.size()));
  return Wrong(wanted, sizes.empty() ? "no literal" : "literals of these octets: " + Join(sizes, ", "));
}

Status Dialogue::ExpectEof(const DialogueEof& eof, Deadline deadline) {
  auto line = channel_.ReadLine(deadline);
  // What breaks the rules of lines, such as a TLS alert, are words as well.
  const auto spoken = [&] { return line || line.error().kind() == ErrorKind::kExpectation; };
  for (; !eof.quiet && spoken(); line = channel_.ReadLine(deadline)) {
    for (const std::string& text : eof.without) {
      E2E_TRY(const bool matches, SomeOf({line ? *line : ""}, text), "in without");
      if (matches) return Wrong("no line that matches " + Quote(text), Quote(line ? *line : ""));
    }
  }
  if (line) return Wrong("the end of the connection", Quote(*line));
  const bool unfinished = line.error().message().find("in the middle of") != std::string::npos;
  if (line.error().kind() == ErrorKind::kTransport && !(unfinished && eof.quiet)) return {};
  return Error(line.error()).While("waiting for the end of the connection");
}

Status Dialogue::Capture(const DialogueCapture& capture) {
  E2E_TRY(const LinePattern pattern,
          LinePattern::Make(capture.pattern, protocol_, [&](const std::string& name) { return ValueOf(world_, name); }),
          "capturing");
  for (const std::string& line : reader_.lines()) {
    const auto found = pattern.Find(line);
    if (!found) continue;
    world_.variables[capture.name] = *found;
    return {};
  }
  return Wrong("a line of the reply that matches " + Quote(capture.pattern), ReplyText(reader_.lines()));
}

Error Dialogue::Wrong(const std::string& expected, const std::string& came) const {
  const auto& lines = reader_.lines();
  std::string shown;
  for (std::size_t i = 0; lines.size() > 1 && i < std::min(lines.size(), kLinesShown); ++i)
    shown += "  " + Quote(lines[i]) + "\n";
  if (lines.size() > kLinesShown) shown += fmt::format("  … {} more\n", lines.size() - kLinesShown);
  Error error(ErrorKind::kExpectation, fmt::format("expected {}, came {}", expected, came));
  if (!shown.empty()) error.Detail("the reply:\n" + shown);
  return error.Detail("the conversation's end:\n" + channel_.LastLines(kLinesShown));
}

}  // namespace e2e
