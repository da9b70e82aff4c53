#include "base/percent.h"

#include <fmt/format.h>

#include <cctype>

namespace e2e {

std::string PercentEncode(std::string_view text, std::string_view also) {
  std::string encoded;
  for (const char letter : text) {
    const auto octet = static_cast<unsigned char>(letter);
    const bool plain = (octet < 0x80 && std::isalnum(octet) != 0) ||
                       std::string_view("-._~").find(letter) != std::string_view::npos ||
                       also.find(letter) != std::string_view::npos;
    encoded += plain ? std::string(1, letter) : fmt::format("%{:02X}", octet);
  }
  return encoded;
}

}  // namespace e2e
