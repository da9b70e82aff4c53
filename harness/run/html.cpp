#include "run/html.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace e2e {

std::string Html(std::string_view text, std::size_t longest) {
  const std::string_view shown = CutUtf8(text, longest);
  std::string escaped;
  for (const char c : shown) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') escaped += c;
    }
  }
  if (text.size() > shown.size()) escaped += fmt::format(" … ({} octets more)", text.size() - shown.size());
  return escaped;
}

}  // namespace e2e
