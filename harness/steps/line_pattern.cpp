#include "steps/line_pattern.h"

#include <fmt/format.h>
#include <regex.h>

#include <array>

#include "scenario/substitution.h"

namespace e2e {
namespace {

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view(R"(.[]{}()*+?^$|\)").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string FromGlob(std::string_view glob) {
  std::string regex;
  for (const char c : glob) {
    if (c == '*') {
      regex += ".*";
    } else if (c == '?') {
      regex += '.';
    } else {
      regex += Escaped({&c, 1});
    }
  }
  return regex;
}

bool IgnoresCase(std::string_view text) {
  return text.ends_with("/i");
}

// The part between the slashes; a glob as it is.
std::string_view Body(std::string_view text) {
  if (!LinePattern::IsRegex(text)) return text;
  return text.substr(1, text.size() - (IgnoresCase(text) ? 3 : 2));
}

Outcome<std::string> Nothing(const std::string&) {
  return std::string();
}

}  // namespace

struct LinePattern::Compiled {
  ~Compiled() {
    if (made) regfree(&regex);
  }
  regex_t regex{};
  bool made = false;
};

bool LinePattern::IsRegex(std::string_view text) {
  return text.size() > 2 && text.front() == '/' && (text.back() == '/' || (IgnoresCase(text) && text.size() > 3));
}

Outcome<LinePattern> LinePattern::Make(std::string_view text, Protocol protocol, const ValueOf& value_of) {
  const bool is_regex = IsRegex(text);
  std::string_view body = Body(text);
  std::string regex;
  if (!is_regex && protocol == Protocol::kImap && body.starts_with("* ")) {
    regex = "\\* ";
    body.remove_prefix(2);
  }
  E2E_TRY(const std::vector<TextPiece> pieces, SplitReferences(body), "reading a pattern");
  for (const TextPiece& piece : pieces) {
    if (!piece.reference) {
      regex += is_regex ? piece.text : FromGlob(piece.text);
      continue;
    }
    E2E_TRY(const std::string value, value_of(piece.text), "reading a pattern");
    regex += Escaped(value);
  }
  if (!is_regex) regex = "^" + regex + "$";
  auto compiled = std::make_shared<Compiled>();
  const int failure =
      regcomp(&compiled->regex, regex.c_str(), REG_EXTENDED | (IgnoresCase(text) && is_regex ? REG_ICASE : 0));
  if (failure != 0) {
    std::array<char, 200> why{};
    regerror(failure, &compiled->regex, why.data(), why.size());
    return Error(ErrorKind::kBadScenario, fmt::format("\"{}\" is no regular expression: {}", text, why.data()));
  }
  compiled->made = true;
  return LinePattern(std::move(compiled));
}

std::optional<std::string> LinePattern::Find(std::string_view line) const {
  std::array<regmatch_t, 2> found{};
  found[0].rm_so = 0;
  found[0].rm_eo = static_cast<regoff_t>(line.size());
  // With REG_STARTEND the line need not end with a NUL, and may hold some.
  if (regexec(&compiled_->regex, line.data(), found.size(), found.data(), REG_STARTEND) != 0) return std::nullopt;
  const regmatch_t& wanted = compiled_->regex.re_nsub > 0 && found[1].rm_so >= 0 ? found[1] : found[0];
  return std::string(
      line.substr(static_cast<std::size_t>(wanted.rm_so), static_cast<std::size_t>(wanted.rm_eo - wanted.rm_so)));
}

std::string LinePattern::Mistake(const std::string& text) {
  if (text.empty()) return "an empty pattern";
  const auto made = Make(text, Protocol::kSmtp, Nothing);
  return made ? "" : made.error().message();
}

}  // namespace e2e
