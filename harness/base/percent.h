// Percent-encoding of text within an address (RFC 3986, section 2.1).
#pragma once

#include <string>
#include <string_view>

namespace e2e {

// Letters, digits, "-", ".", "_" and "~" stay, and so does what is in `also`.
std::string PercentEncode(std::string_view text, std::string_view also = "");

}  // namespace e2e
