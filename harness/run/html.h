// Text within report.html.
#pragma once

#include <string>
#include <string_view>

namespace e2e {

// Of one text, so that a run of 100 scenarios stays below 5 MB.
inline constexpr std::size_t kLongestHtml = 6'000;

// What HTML would read as its own is escaped, and control characters are left out. Beyond `longest` octets it is cut
// between two characters, and says how much is missing.
std::string Html(std::string_view text, std::size_t longest = kLongestHtml);

}  // namespace e2e
