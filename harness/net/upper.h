// Upper: ASCII upper case, in which the mail protocols' keywords are compared.
#pragma once

#include <algorithm>
#include <string>

namespace e2e {

inline std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace e2e
