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
  // As the server tells them: "\Seen $Forwarded". Default: it told none.
  std::string flags = {};
};

// The UID, BODY[] and FLAGS of an untagged response ("* 3 FETCH (UID 7 BODY[] {5}\r\nhello)"), in whatever order and
// among whatever else; nothing when it is no FETCH response or lacks one of the first two.
std::optional<FetchedMessage> ParseFetch(std::string_view response);

}  // namespace e2e
