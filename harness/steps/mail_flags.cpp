#include "steps/mail_flags.h"

#include "base/text.h"

namespace e2e {

MailFlags FlagsOf(std::string_view text) {
  MailFlags flags = 0;
  for (const std::string& word : Split(text, ' ')) {
    for (std::size_t bit = 0; bit < kMailFlags.size(); ++bit) {
      if (Lower(word) == Lower(kMailFlags[bit])) flags |= static_cast<MailFlags>(1U << bit);
    }
  }
  return flags;
}

std::string FlagText(MailFlags flags) {
  std::string text;
  for (std::size_t bit = 0; bit < kMailFlags.size(); ++bit) {
    if ((flags >> bit & 1U) == 0) continue;
    if (!text.empty()) text += ' ';
    text += kMailFlags[bit];
  }
  return text;
}

}  // namespace e2e
