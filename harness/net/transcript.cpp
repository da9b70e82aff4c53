#include "net/transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/text.h"

namespace e2e {

namespace {

constexpr std::size_t kMaxLine = 240;
constexpr std::size_t kMaxLinesOfOneWrite = 24;

std::string Amount(std::size_t bytes) {
  return bytes < 4096 ? fmt::format("{} bytes", bytes) : fmt::format("{} KiB", bytes / 1024);
}

// Control characters made visible, so that a hostile reply can't repaint a terminal.
std::string Printable(std::string_view line) {
  std::string text;
  for (const char c : line.substr(0, kMaxLine)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      text += fmt::format("\\x{:02x}", byte);
    } else {
      text += c;
    }
  }
  if (line.size() > kMaxLine) text += fmt::format("… {} more", Amount(line.size() - kMaxLine));
  return text;
}

// The part of an authentication command that may be shown ("AUTH PLAIN", "A1 LOGIN"); empty for any other line.
std::string_view AuthenticationPrefix(std::string_view line) {
  std::size_t end = 0;
  for (int word = 0; word < 2 && end < line.size(); ++word) {
    const std::size_t start = end;
    end = std::min(line.find(' ', start), line.size());
    const std::string verb = Lower(line.substr(start, end - start));
    if (verb == "login" && word == 1) return line.substr(0, end);
    if (verb == "auth" || verb == "authenticate") {
      const std::size_t mechanism = line.find_first_not_of(' ', end);
      return mechanism == std::string_view::npos ? line : line.substr(0, line.find(' ', mechanism));
    }
    end = std::min(line.find_first_not_of(' ', end), line.size());
  }
  return {};
}

// Whether the server asks for more, in SMTP, IMAP or ManageSieve; any other line ends an exchange.
bool IsChallenge(std::string_view line) {
  return line.starts_with("334") || (!line.empty() && std::string_view("+\"{").find(line[0]) != std::string_view::npos);
}

}  // namespace

std::string Transcript::Open(const std::string& endpoint) {
  return fmt::format("{}#{}", endpoint, ++connections_);
}

void Transcript::Client(const std::string& label, std::string_view bytes) {
  if (authenticating_.contains(label)) return Add(label, "C:", "***");
  const std::string_view first = bytes.substr(0, bytes.find('\r'));
  const std::string_view shown = AuthenticationPrefix(first);
  if (shown.empty()) return AddLines(label, "C:", bytes);
  authenticating_.insert(label);
  Add(label, "C:", shown.size() < first.size() ? std::string(shown) + " ***" : std::string(shown));
}

void Transcript::Server(const std::string& label, std::string_view bytes) {
  if (!IsChallenge(bytes) && !bytes.starts_with("* ")) authenticating_.erase(label);
  AddLines(label, "S:", bytes);
}

void Transcript::Note(const std::string& label, std::string_view text) {
  Add(label, "--", text);
}

void Transcript::AddLines(const std::string& label, std::string_view direction, std::string_view bytes) {
  for (std::size_t count = 0; count == 0 || !bytes.empty(); ++count) {
    if (count == kMaxLinesOfOneWrite) return Add(label, direction, fmt::format("… {} more", Amount(bytes.size())));
    const std::size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    Add(label, direction, Printable(line));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
}

void Transcript::Add(const std::string& label, std::string_view direction, std::string_view text) {
  lines_.push_back(fmt::format("{} {} {} {}", Rfc3339(clock_.WallNow()), label, direction, text));
  bytes_ += lines_.back().size() + 1;
  while (bytes_ > max_bytes_ && lines_.size() > 1) {
    bytes_ -= lines_.front().size() + 1;
    lines_.pop_front();
    ++dropped_;
  }
}

std::string Transcript::Joined(std::size_t first) const {
  std::string text;
  for (std::size_t i = first; i < lines_.size(); ++i) text += lines_[i] + "\n";
  return text;
}

std::string Transcript::Render() const {
  return (dropped_ > 0 ? fmt::format("… {} earlier lines left out\n", dropped_) : std::string()) + Joined(0);
}

std::string Transcript::Last(std::size_t lines) const {
  return Joined(lines_.size() > lines ? lines_.size() - lines : 0);
}

std::string Transcript::LastOf(const std::string& label, std::size_t lines) const {
  const std::string infix = " " + label + " ";
  std::string text;
  for (auto line = lines_.rbegin(); line != lines_.rend() && lines > 0; ++line) {
    if (line->find(infix) == std::string::npos) continue;
    text.insert(0, *line + "\n");
    --lines;
  }
  return text;
}

}  // namespace e2e
