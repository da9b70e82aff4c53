#include "net/literal.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace e2e {

namespace {

// How much of a literal is kept at a time.
constexpr std::size_t kPiece = std::size_t{1024} * 1024;

std::optional<std::string> TakeQuoted(std::string_view& text) {
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    value += text[i];
  }
  return std::nullopt;
}

Status ReadPieces(LineChannel& channel, std::size_t size, Deadline deadline, const LiteralSink& take) {
  while (size > 0) {
    E2E_TRY(const std::string piece, channel.ReadExactly(std::min(size, kPiece), deadline),
            fmt::format("reading a literal, {} bytes of it missing", size));
    take(piece);
    size -= piece.size();
  }
  return {};
}

std::optional<std::string> TakeLiteral(std::string_view& text) {
  const std::size_t head = text.find("}\r\n");
  if (head == std::string_view::npos) return std::nullopt;
  const auto size = LiteralSize(text.substr(0, head + 1));
  if (!size || *size > text.size() - head - 3) return std::nullopt;
  std::string value(text.substr(head + 3, *size));
  text.remove_prefix(head + 3 + *size);
  return value;
}

}  // namespace

std::optional<std::size_t> LiteralSize(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  line.remove_suffix(1);
  if (line.ends_with('+')) line.remove_suffix(1);
  const std::size_t start = line.rfind('{');
  if (start == std::string_view::npos) return std::nullopt;
  const auto size = ParseInt(line.substr(start + 1));
  if (!size || *size < 0) return std::nullopt;
  return static_cast<std::size_t>(*size);
}

Outcome<std::string> ReadWithLiterals(LineChannel& channel, std::size_t max_bytes, Deadline deadline,
                                      const LiteralSink& sink) {
  E2E_TRY(std::string text, channel.ReadLine(deadline), "reading a response");
  const LiteralSink inlined = [&text](std::string_view piece) { text += piece; };
  std::size_t taken = 0;
  for (auto size = LiteralSize(text); size;) {
    if (*size > max_bytes || text.size() + taken > max_bytes - *size) {
      return Error(ErrorKind::kExpectation, fmt::format("{} announced a literal of {} bytes, more than the {} allowed",
                                                        channel.endpoint().Text(), *size, max_bytes));
    }
    text += "\r\n";
    if (!sink) text.reserve(text.size() + *size);
    E2E_CHECK(ReadPieces(channel, *size, deadline, sink ? sink : inlined), "reading a response");
    E2E_TRY(const std::string rest, channel.ReadLine(deadline), "reading the line after a literal");
    text += rest;
    if (sink) taken += *size;
    size = LiteralSize(rest);
  }
  return text;
}

bool IsQuotable(std::string_view text) {
  for (const char c : text) {
    if (c == '\r' || c == '\n' || c == '\0' || (c & 0x80) != 0) return false;
  }
  return true;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::optional<std::string> TakeString(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  if (text.front() == '"') return TakeQuoted(text);
  if (text.front() == '{' || text.starts_with("~{")) return TakeLiteral(text);
  std::size_t end = 0;
  for (bool section = false; end < text.size(); ++end) {
    const char c = text[end];
    if (c == '[') section = true;
    if (c == ']') section = false;
    if (!section && (c == ' ' || c == '(' || c == ')' || c == '"')) break;
  }
  if (end == 0) return std::nullopt;
  std::string atom(text.substr(0, end));
  text.remove_prefix(end);
  return atom;
}

}  // namespace e2e
