#include "steps/message.h"

#include <fmt/format.h>

#include <functional>
#include <random>

#include "base/text.h"

namespace e2e {
namespace {

constexpr std::string_view kField = "X-E2E-Id: ";

std::string RandomText(std::mt19937& random, std::size_t length) {
  constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ .,;=<>%012";
  constexpr unsigned kBits = 6, kOfOneDraw = 5;
  static_assert(sizeof kLetters - 1 == 1U << kBits);
  std::string text(length, ' ');
  char* const at = text.data();
  for (std::size_t i = 0; i < length;) {
    auto draw = random();
    for (unsigned n = 0; n < kOfOneDraw && i < length; ++n, draw >>= kBits) at[i++] = kLetters[draw % (1U << kBits)];
  }
  return text;
}

std::string BodyLine(std::mt19937& random) {
  switch (random() % 16) {
    case 0: return "." + RandomText(random, 20);
    case 1: return "..";
    case 2: return "";
    case 3: return "From " + RandomText(random, 30);
    case 4: return RandomText(random, 40) + "   ";
    case 5: return RandomText(random, 998);
    default: return RandomText(random, 40 + random() % 36);
  }
}

// Where the field's line starts: at the message's start or after a line end, within the header. A bounce quotes
// the field in its body and is another message.
std::size_t FieldStart(std::string_view message) {
  if (message.starts_with(kField)) return 0;
  const std::string_view header = message.substr(0, message.find("\r\n\r\n"));
  const std::size_t at = header.find(std::string("\n") + std::string(kField));
  return at == std::string_view::npos ? at : at + 1;
}

}  // namespace

TestMessage MakeMessage(const std::string& id, const std::string& from, const std::string& to, std::size_t size) {
  std::mt19937 random(static_cast<std::mt19937::result_type>(std::hash<std::string>{}(id)));
  std::string text = fmt::format(
      "{}{}\r\nMessage-ID: <{}@e2e.example.net>\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nFrom: <{}>\r\nTo: <{}>\r\n"
      "Subject: {}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n",
      kField, id, id, from, to, id);
  do {
    text += BodyLine(random) + "\r\n";
  } while (text.size() < size);
  text += "end of " + id + "\r\n";
  std::string sha256 = Fingerprint(text);
  return {id, std::move(text), std::move(sha256)};
}

std::optional<std::string> FindId(std::string_view stored) {
  const std::size_t start = FieldStart(stored);
  if (start == std::string_view::npos) return std::nullopt;
  const std::string_view rest = stored.substr(start + kField.size());
  return std::string(Trim(rest.substr(0, rest.find('\n'))));
}

std::string Fingerprint(std::string_view message) {
  const std::size_t start = FieldStart(message);
  if (start != std::string_view::npos) message.remove_prefix(start);
  if (message.ends_with("\r\n")) message.remove_suffix(2);
  return Sha256Hex(message);
}

}  // namespace e2e
