#include "scenario/substitution.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace e2e {

Outcome<std::vector<TextPiece>> SplitReferences(std::string_view text) {
  std::vector<TextPiece> pieces;
  std::string plain;
  while (!text.empty()) {
    if (text.starts_with("$${")) {
      plain += "${";
      text.remove_prefix(3);
      continue;
    }
    if (!text.starts_with("${")) {
      plain += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos) {
      return Error(ErrorKind::kBadScenario, "a \"${\" without its \"}\" (a plain one is written \"$${\")");
    }
    if (!plain.empty()) pieces.push_back({false, std::exchange(plain, "")});
    pieces.push_back({true, std::string(text.substr(2, end - 2))});
    text.remove_prefix(end + 1);
  }
  if (!plain.empty()) pieces.push_back({false, plain});
  return pieces;
}

Outcome<std::string> Substitute(std::string_view text,
                                const std::function<Outcome<std::string>(const std::string& name)>& value_of) {
  E2E_TRY(const std::vector<TextPiece> pieces, SplitReferences(text), "reading references");
  std::string result;
  for (const TextPiece& piece : pieces) {
    if (!piece.reference) {
      result += piece.text;
      continue;
    }
    E2E_TRY(const std::string value, value_of(piece.text), "replacing ${" + piece.text + "}");
    result += value;
  }
  return result;
}

std::string CheckReferences(std::string_view text, const std::vector<std::string>& known) {
  const auto pieces = SplitReferences(text);
  if (!pieces) return pieces.error().message();
  for (const TextPiece& piece : *pieces) {
    if (!piece.reference || std::count(known.begin(), known.end(), piece.text) > 0) continue;
    const auto near = Nearest(piece.text, known);
    return fmt::format(
        "there is no value \"{}\" here{}", piece.text,
        near ? fmt::format(" (did you mean \"{}\"?)", *near) : fmt::format("; there are {}", Join(known, ", ")));
  }
  return "";
}

}  // namespace e2e
