#include "base/utf8.h"

namespace e2e {

std::string_view CutUtf8(std::string_view text, std::size_t octets) {
  if (text.size() <= octets) return text;
  std::size_t end = octets;
  // An octet that goes on with a character is 10xxxxxx.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace e2e
