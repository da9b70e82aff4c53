// Transcript: what was said on the connections of a scenario, for the reader of a failure.
#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace e2e {

// Line by line with time, connection and direction. Long lines and bodies are shortened. From a client's
// authentication command to the server's final answer all that the client says is hidden. Bounded: the oldest lines
// go first. `clock` must outlive it. Thread rule: one thread.
class Transcript {
 public:
  explicit Transcript(const Clock& clock, std::size_t max_bytes = 256 * 1024) : clock_(clock), max_bytes_(max_bytes) {}

  // Starts a connection and gives its label: "127.0.0.1:2525#1".
  std::string Open(const std::string& endpoint);
  void Client(const std::string& label, std::string_view bytes);
  void Server(const std::string& label, std::string_view bytes);
  // An event that is not speech: "TLS established", "closed by the server".
  void Note(const std::string& label, std::string_view text);

  // One line for each entry, oldest first; says how many were dropped.
  std::string Render() const;
  // The last `lines` entries.
  std::string Last(std::size_t lines) const;
  // The same of one connection.
  std::string LastOf(const std::string& label, std::size_t lines) const;

 private:
  void AddLines(const std::string& label, std::string_view direction, std::string_view bytes);
  void Add(const std::string& label, std::string_view direction, std::string_view text);
  std::string Joined(std::size_t first) const;

  const Clock& clock_;
  const std::size_t max_bytes_;
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
  std::size_t dropped_ = 0;
  int connections_ = 0;
  std::set<std::string> authenticating_;
};

}  // namespace e2e
