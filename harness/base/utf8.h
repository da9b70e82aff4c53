// Text as UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace e2e {

// The longest beginning of `text` that has at most `octets` and does not end within a character.
std::string_view CutUtf8(std::string_view text, std::size_t octets);

// `text` in at most `width` octets, whole characters, and "..." where it was cut.
std::string CutTo(std::string text, std::size_t width);

}  // namespace e2e
