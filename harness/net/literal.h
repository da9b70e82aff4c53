// Literal: the counted strings ("{5}" CRLF and 5 bytes) that IMAP and ManageSieve share.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "net/line_channel.h"

namespace e2e {

// The size announced at the end of `line`: "{5}", "{5+}".
std::optional<std::size_t> LiteralSize(std::string_view line);

// Gets a literal piece by piece; no piece is empty.
using LiteralSink = std::function<void(std::string_view piece)>;

// A line with the literals it announces inlined: "* 1 FETCH (BODY[] {5}\r\nhello)". With a `sink` it gets them in
// their place, for what is too large to keep. kExpectation when line and literals have more than `max_bytes`.
Outcome<std::string> ReadWithLiterals(LineChannel& channel, std::size_t max_bytes, Deadline deadline,
                                      const LiteralSink& sink = {});

// Whether `text` can be a quoted string: no line ends, NUL or 8-bit bytes (RFC 9051 section 4.3).
bool IsQuotable(std::string_view text);
// With \" and \\ escaped.
std::string Quoted(std::string_view text);

// Takes a string, quoted or literal, or an atom from the front of `text`; a section such as BODY[HEADER] belongs to
// its atom. Nothing when `text` does not begin with one.
std::optional<std::string> TakeString(std::string_view& text);

}  // namespace e2e
