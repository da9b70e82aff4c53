// MailFlags: the flags of a message that the ledger knows, as bits.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace e2e {

using MailFlags = std::uint8_t;

// Those of RFC 9051 2.3.2 that clients set, and a keyword, which servers keep apart. Bit n is the n-th.
inline constexpr std::array<std::string_view, 6> kMailFlags = {"\\Answered", "\\Deleted", "\\Draft",
                                                               "\\Flagged",  "\\Seen",    "$Forwarded"};
inline constexpr MailFlags kDeleted = 1U << 1;

// Of their names with spaces between, in any case; others are left out.
MailFlags FlagsOf(std::string_view text);
// "\Answered \Seen".
std::string FlagText(MailFlags flags);

}  // namespace e2e
