#include "steps/dialogue_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "steps/line_pattern.h"

namespace e2e {
namespace {

constexpr long long kMaxLiteral = 64 * 1024 * 1024;

std::string SendMistake(const std::string& text) {
  if (text.empty()) return R"(an empty line is raw: '\r\n')";
  if (text.find('\r') != std::string::npos) return "the line ends are added; for exact octets there is raw";
  return "";
}

std::string RawMistake(const std::string& text) {
  if (text.empty()) return "nothing to send";
  const auto octets = Unescaped(text);
  return octets ? "" : octets.error().message();
}

std::string CaptureMistake(const std::string& pattern) {
  if (!LinePattern::IsRegex(pattern)) return "takes a regular expression between slashes, such as /queued as (.+)/";
  return LinePattern::Mistake(pattern);
}

std::optional<char> HexOctet(std::string_view digits) {
  if (digits.size() != 2 || !std::isxdigit(static_cast<unsigned char>(digits[0])) ||
      !std::isxdigit(static_cast<unsigned char>(digits[1]))) {
    return std::nullopt;
  }
  return static_cast<char>(std::stoi(std::string(digits), nullptr, 16));
}

}  // namespace

std::string NameMistake(const std::string& name) {
  const auto fits = [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-'; };
  if (!name.empty() && std::all_of(name.begin(), name.end(), fits)) return "";
  return fmt::format("a name has small letters, digits and dashes, unlike \"{}\"", name);
}

void DialogueLiteral::Fields(FieldVisitor& visitor) {
  visitor.Text("text", text, {.help = "its octets; line ends become CRLF"});
  visitor.Size("size", size, {.help = "its length, when the octets don't matter", .min = 1, .max = kMaxLiteral});
  visitor.Flag("sync", sync,
               {.help = "wait for the server's consent before the octets; false sends {size+} (RFC 7888)"});
}

std::string DialogueLiteral::Check() const {
  if (size.min != size.max) return "\"size\" of a literal is one size, not a range";
  return "";
}

void DialogueCapture::Fields(FieldVisitor& visitor) {
  visitor.Text("name", name, {.help = "texts behind it may say ${name}", .required = true, .check = NameMistake});
  visitor.Text(
      "pattern", pattern,
      {.help = "/…/; what its first group matches in a line of the reply", .required = true, .check = CaptureMistake});
}

void DialogueEof::Fields(FieldVisitor& visitor) {
  visitor.Flag("quiet", quiet, {.help = "it says nothing before it closes; false: whatever it likes"});
  visitor.Texts("without", without,
                {.help = "patterns that match no line before the end", .check = LinePattern::Mistake});
}

std::string DialogueEof::Check() const {
  return quiet && !without.empty() ? "\"without\" is for a server that may speak: quiet: false" : "";
}

void DialogueLine::Fields(FieldVisitor& visitor) {
  const auto pattern = LinePattern::Mistake;
  visitor.Text("send", send, {.help = "a line to send, or several; each gets its CRLF", .check = SendMistake});
  visitor.Text("raw", raw,
               {.help = R"(exact octets to send, with the escapes \r \n \t \0 \\ \xHH)", .check = RawMistake});
  visitor.Group("filler", filler, {.help = "lines of no interest but for their number and length"});
  visitor.Text("expect", expect, {.help = "pattern for the line of the reply that decides", .check = pattern});
  visitor.Texts("expect-all", expect_all,
                {.help = "patterns that each match some line of the reply", .check = pattern});
  visitor.Texts("expect-none", expect_none, {.help = "patterns that match no line of the reply", .check = pattern});
  visitor.Text("await", await,
               {.help = "read on until a line matches, whatever comes before it: news that no command asked for",
                .check = pattern});
  visitor.Group("literal", literal, {.help = "sent behind `send`, or somewhere in the reply"});
  visitor.Group("capture", capture, {.help = "keep a part of the reply"});
  visitor.Group("starttls", starttls, {.help = "the TLS handshake, here; the script says STARTTLS itself"});
  visitor.Group("expect-eof", expect_eof, {.help = "the server closes"});
  visitor.Time("within", within, {.help = "limit for this line"});
}

bool DialogueLine::ExpectsReply() const {
  return !expect.empty() || !expect_all.empty() || !expect_none.empty() || capture.given;
}

std::string DialogueLine::Check() const {
  if (!literal.given || !send.empty() || ExpectsReply()) return "";
  return "a literal goes with send, or with what is expected";
}

std::string WithCrlf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  return out;
}

std::string AsLines(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return WithCrlf(text) + "\r\n";
}

std::string Filler(std::size_t size) {
  std::string text(size, 'x');
  for (std::size_t at = 76; at + 1 < size; at += 78) {
    text[at] = '\r';
    text[at + 1] = '\n';
  }
  return text;
}

Outcome<std::string> Unescaped(std::string_view text) {
  std::string octets;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      octets += text[i];
      continue;
    }
    const char c = i + 1 < text.size() ? text[++i] : ' ';
    constexpr std::string_view kLetters = "rnt\\", kOctets = "\r\n\t\\";
    if (const std::size_t at = kLetters.find(c); at != std::string_view::npos) {
      octets += kOctets[at];
    } else if (c == '0') {
      octets += '\0';
    } else if (const auto octet = c == 'x' ? HexOctet(text.substr(i + 1, 2)) : std::nullopt) {
      octets += *octet;
      i += 2;
    } else {
      return Error(ErrorKind::kBadScenario, R"(the escapes are \r \n \t \0 \\ and \xHH)");
    }
  }
  return octets;
}

}  // namespace e2e
