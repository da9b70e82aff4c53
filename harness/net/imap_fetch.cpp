#include "net/imap_fetch.h"

#include "base/text.h"
#include "net/literal.h"

namespace e2e {

namespace {

// Passes over a value that is a string, an atom or a list.
bool SkipValue(std::string_view& text) {
  int depth = 0;
  do {
    if (text.empty()) return false;
    if (text.front() == '(' || text.front() == ')') {
      depth += text.front() == '(' ? 1 : -1;
      text.remove_prefix(1);
    } else if (text.front() == ' ') {
      text.remove_prefix(1);
    } else if (!TakeString(text)) {
      return false;
    }
  } while (depth > 0);
  return depth == 0;
}

// A list of words without its parentheses.
std::optional<std::string> TakeWords(std::string_view& text) {
  const std::size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) return std::nullopt;
  std::string words(text.substr(1, end - 1));
  text.remove_prefix(end + 1);
  return words;
}

// Behind "* 3 FETCH (", or nothing.
std::optional<std::string_view> ItemsOf(std::string_view response) {
  constexpr std::string_view kFetch = " FETCH (";
  if (!response.starts_with("* ")) return std::nullopt;
  response.remove_prefix(2);
  const std::size_t end = response.find(' ');
  if (end == std::string_view::npos || !ParseInt(response.substr(0, end))) return std::nullopt;
  response.remove_prefix(end);
  if (Lower(response.substr(0, kFetch.size())) != Lower(kFetch)) return std::nullopt;
  return response.substr(kFetch.size());
}

}  // namespace

std::optional<FetchedMessage> ParseFetch(std::string_view response) {
  auto items = ItemsOf(response);
  if (!items) return std::nullopt;
  std::optional<long long> uid;
  std::optional<std::string> body, flags;
  while (!items->empty() && items->front() != ')') {
    const auto name = TakeString(*items);
    if (!name || !items->starts_with(' ')) return std::nullopt;
    items->remove_prefix(1);
    const std::string key = Lower(*name);
    const bool nil = items->starts_with("NIL");
    if (key == "uid") {
      uid = ParseInt(TakeString(*items).value_or(""));
    } else if (key == "body[]" && !nil) {
      body = TakeString(*items);
    } else if (key == "flags") {
      flags = TakeWords(*items);
      if (!flags) return std::nullopt;
    } else if (!SkipValue(*items)) {
      return std::nullopt;
    }
    if (items->starts_with(' ')) items->remove_prefix(1);
  }
  if (!uid || *uid <= 0 || *uid > UINT32_MAX || !body) return std::nullopt;
  return FetchedMessage{static_cast<std::uint32_t>(*uid), std::move(*body), flags.value_or("")};
}

}  // namespace e2e
