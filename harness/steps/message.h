// Test messages: unique, reproducible from their id, and recognizable when read back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace e2e {

struct TestMessage {
  std::string id;      // value of X-E2E-Id
  std::string text;    // RFC 5322, lines end in CRLF
  std::string sha256;  // Fingerprint(text)
};

// A message of about `size` octets, at least a few hundred. Each has a Message-ID of its own, since a server
// may drop what it has already (RFC 5321 leaves that open, Stalwart does it). The body is pseudo-random from
// `id` and holds what careless code breaks: leading dots, empty lines, "From " at a line's start, trailing
// spaces, lines of 998 octets (RFC 5322 2.1.1).
TestMessage MakeMessage(const std::string& id, const std::string& from, const std::string& to, std::size_t size);

// The value of X-E2E-Id of a message as read back, from whatever place the server moved it to.
std::optional<std::string> FindId(std::string_view stored);

// SHA-256 of the message from its X-E2E-Id line on, without the last CRLF: servers put fields of their own
// above it, and may keep or drop the CRLF that stands before the final dot.
std::string Fingerprint(std::string_view message);

}  // namespace e2e
