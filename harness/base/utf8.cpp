#include "base/utf8.h"

#include <algorithm>

namespace e2e {

std::string_view CutUtf8(std::string_view text, std::size_t octets) {
  if (text.size() <= octets) return text;
  std::size_t end = octets;
  // An octet that goes on with a character is 10xxxxxx.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

std::string CutTo(std::string text, std::size_t width) {
  constexpr std::string_view kMark = "...";
  if (text.size() <= width) return text;
  return std::string(CutUtf8(text, width - std::min(width, kMark.size()))).append(kMark);
}

}  // namespace e2e
