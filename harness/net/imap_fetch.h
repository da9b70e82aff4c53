// ImapFetch: the messages in FETCH responses (RFC 9051 section 7.5.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace e2e {

struct FetchedMessage {
  std::uint32_t uid = 0;
  std::string body;
};

// The UID and BODY[] of an untagged response ("* 3 FETCH (UID 7 BODY[] {5}\r\nhello)"), in whatever order and among
// whatever else; nothing when it is no FETCH response or lacks one of the two.
std::optional<FetchedMessage> ParseFetch(std::string_view response);

}  // namespace e2e
