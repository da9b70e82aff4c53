#include "net/smtp_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "net/upper.h"

namespace e2e {

namespace {

constexpr std::size_t kMaxReplyLines = 1000;

}  // namespace

std::string SmtpReply::Text() const {
  return code == 0 ? "no reply" : fmt::format("{} {}", code, Join(lines, " / "));
}

SmtpReplyReader::State SmtpReplyReader::Add(std::string_view line) {
  if (complete_) reply_ = SmtpReply();
  complete_ = false;
  const auto code = ParseInt(line.substr(0, 3));
  const char separator = line.size() > 3 ? line[3] : ' ';
  const bool fits = code && *code >= 200 && *code < 600 && (separator == ' ' || separator == '-') &&
                    (reply_.code == 0 || *code == reply_.code) && reply_.lines.size() < kMaxReplyLines;
  if (!fits) return State::kMalformed;
  reply_.code = static_cast<int>(*code);
  reply_.lines.emplace_back(line.size() > 4 ? line.substr(4) : "");
  complete_ = separator == ' ';
  return complete_ ? State::kComplete : State::kMore;
}

std::set<std::string> SmtpExtensions(const SmtpReply& reply) {
  std::set<std::string> extensions;
  for (std::size_t i = 1; i < reply.lines.size(); ++i) {
    const std::vector<std::string> words = Split(Upper(reply.lines[i]), ' ');
    extensions.insert(words[0]);
    for (std::size_t word = 1; word < words.size(); ++word) extensions.insert(words[0] + " " + words[word]);
  }
  return extensions;
}

std::string MailFromLine(const Envelope& envelope, std::string_view message, const std::set<std::string>& extensions) {
  std::string line = "MAIL FROM:<" + envelope.from + ">";
  if (extensions.contains("SIZE")) line += fmt::format(" SIZE={}", message.size());
  unsigned all_bits = 0;
  for (const char* at = message.data(); at != message.data() + message.size(); ++at)
    all_bits |= static_cast<unsigned char>(*at);
  if ((all_bits & 0x80) != 0 && extensions.contains("8BITMIME")) line += " BODY=8BITMIME";
  return line;
}

std::string DotStuffed(std::string_view message) {
  std::string data;
  data.reserve(message.size() + message.size() / 64 + 8);
  while (!message.empty()) {
    if (message.front() == '.') data += '.';
    const std::size_t end = message.find("\r\n");
    const std::size_t size = end == std::string_view::npos ? message.size() : end + 2;
    data += message.substr(0, size);
    message.remove_prefix(size);
  }
  if (!data.empty() && !data.ends_with("\r\n")) data += "\r\n";
  return data + ".\r\n";
}

}  // namespace e2e
