#include "steps/reply_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "net/literal.h"

namespace e2e {
namespace {

constexpr std::size_t kMaxResponse = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kMaxLines = 100'000;

std::string FirstWord(std::string_view line) {
  return std::string(line.substr(0, line.find_first_of(" \r\n")));
}

bool IsContinued(std::string_view line) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return line.size() > 3 && std::all_of(line.begin(), line.begin() + 3, digit) && line[3] == '-';
}

}  // namespace

void ReplyReader::Sent(std::string_view bytes) {
  if (protocol_ == Protocol::kHttp) bodiless_ = bytes.starts_with("HEAD ");
  if (protocol_ != Protocol::kImap) return;
  // What follows a "+" continues the command that is open.
  if (!std::exchange(asked_, false)) tags_.insert(FirstWord(bytes));
}

Status ReplyReader::Read(Deadline deadline) {
  lines_.clear();
  literals_.clear();
  do {
    if (Status read = ReadLine(deadline); !read) {
      if (read.error().kind() == ErrorKind::kTransport && !lines_.empty()) return {};
      return read;
    }
  } while (!Complete() && lines_.size() < kMaxLines);
  return protocol_ == Protocol::kHttp && !bodiless_ ? ReadBody(deadline) : Status();
}

Status ReplyReader::ReadLine(Deadline deadline) {
  const bool with_literals = protocol_ == Protocol::kImap || protocol_ == Protocol::kSieve;
  E2E_TRY(std::string line,
          with_literals ? ReadWithLiterals(channel_, kMaxResponse, deadline) : channel_.ReadLine(deadline), "reading");
  if (with_literals) {
    for (std::size_t at = 0; (at = line.find("}\r\n", at)) != std::string::npos;) {
      const auto size = LiteralSize(std::string_view(line).substr(0, at + 1));
      literals_.push_back(line.substr(at + 3, size.value_or(0)));
      at += 3 + size.value_or(0);
    }
  }
  lines_.push_back(std::move(line));
  return {};
}

bool ReplyReader::Complete() {
  const std::string& line = lines_.back();
  switch (protocol_) {
    case Protocol::kSmtp: return !IsContinued(line);
    case Protocol::kImap: return ImapComplete(line);
    case Protocol::kHttp: return line.empty();
    case Protocol::kSieve: break;
  }
  const std::string word = Lower(FirstWord(line));
  return word == "ok" || word == "no" || word == "bye";
}

bool ReplyReader::ImapComplete(std::string_view line) {
  if (line.starts_with('+')) {
    asked_ = true;
    return true;
  }
  if (const auto tag = tags_.find(FirstWord(line)); tag != tags_.end()) {
    tags_.erase(tag);
    return true;
  }
  if (line.starts_with("* BAD")) tags_.clear();
  return tags_.empty() || asked_ || !line.starts_with("* ");
}

Status ReplyReader::ReadBody(Deadline deadline) {
  constexpr std::string_view kField = "content-length:";
  for (const std::string& line : lines_) {
    if (!Lower(line).starts_with(kField)) continue;
    const auto size = ParseInt(Trim(std::string_view(line).substr(kField.size())));
    if (!size || *size <= 0) return {};
    if (static_cast<std::size_t>(*size) > kMaxResponse) {
      return Error(ErrorKind::kExpectation, fmt::format("a body of {} octets was announced", *size));
    }
    E2E_TRY(const std::string body, channel_.ReadExactly(static_cast<std::size_t>(*size), deadline),
            "reading the body");
    for (std::string& text : Split(body, '\n')) lines_.push_back(std::move(text));
    return {};
  }
  return {};
}

}  // namespace e2e
