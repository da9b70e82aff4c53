#include "cluster/redaction.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "base/text.h"

namespace e2e {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::array kEndings = {"password",  "passwd",     "passphrase", "secret",      "token",     "apikey",
                                 "api_key",   "api-key",    "privatekey", "private_key", "secretkey", "secret_key",
                                 "accesskey", "access_key", "credential", "credentials"};
constexpr std::string_view kKeyBegin = "PRIVATE KEY-----", kKeyEnd = "-----END";

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}
bool IsQuote(char c) {
  return c == '"' || c == '\'' || c == '\\';
}

bool NamesSecret(std::string_view name) {
  const std::string lower = Lower(name);
  // The name of one, not its value.
  if (lower.ends_with("existingsecret") || lower.ends_with("pullsecret")) return false;
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view end) { return lower.ends_with(end); });
}

bool IsValue(std::string_view text) {
  constexpr std::array kNone = {"", "true", "false", "null", "~", "|", "|-", ">", ">-", "{}", "[]", "***"};
  // Macros and references lead to a secret and hold none.
  constexpr std::array kReferences = {"%{", "$(", "${", "{", "["};
  return std::find(kNone.begin(), kNone.end(), text) == kNone.end() &&
         std::none_of(kReferences.begin(), kReferences.end(), [&](std::string_view r) { return text.starts_with(r); });
}

std::size_t Skip(std::string_view line, std::size_t at, bool (*skipped)(char)) {
  while (at < line.size() && skipped(line[at])) ++at;
  return at;
}

// The end of the value that begins at `at`: of a quoted one its quote, otherwise the end of the word.
std::size_t EndOfValue(std::string_view line, std::size_t at) {
  const bool quoted = at > 0 && IsQuote(line[at - 1]);
  const std::string_view ends = quoted ? std::string_view("\"'\\") : std::string_view(" \t,;&}])\"'");
  return std::min(line.find_first_of(ends, at), line.size());
}

// name: value, "name": "value", name=value, --name=value
std::string WithoutNamed(std::string_view line) {
  std::string out;
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t word = at;
    at = Skip(line, at, IsWordCharacter);
    const bool named = at > word && NamesSecret(line.substr(word, at - word));
    if (at == word) ++at;
    out += line.substr(word, at - word);
    if (!named) continue;
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    std::size_t value = Skip(line, Skip(line, at, IsQuote), blank);
    if (value >= line.size() || (line[value] != ':' && line[value] != '=')) continue;
    value = Skip(line, Skip(line, value + 1, blank), IsQuote);
    const std::size_t end = EndOfValue(line, value);
    out += line.substr(at, value - at);
    out += IsValue(line.substr(value, end - value)) ? kMask : line.substr(value, end - value);
    at = end;
  }
  return out;
}

// What follows `mark` up to the end of its word.
std::string WithoutWordBehind(std::string line, std::string_view mark) {
  const std::size_t found = Lower(line).find(mark);
  if (found == std::string::npos) return line;
  const std::size_t at = found + mark.size();
  return line.replace(at, EndOfValue(line, at) - at, kMask);
}

std::string WithoutCredentials(std::string line) {
  line = WithoutWordBehind(std::move(line), "bearer ");
  if (Lower(line).find("authorization") != std::string::npos) line = WithoutWordBehind(std::move(line), "basic ");
  const std::size_t scheme = line.find("://");
  if (scheme == std::string::npos) return line;
  const std::size_t at = line.find_first_of("@/ \"", scheme + 3);
  const std::size_t colon = line.find(':', scheme + 3);
  if (at == std::string::npos || line[at] != '@' || colon >= at) return line;
  return line.replace(colon + 1, at - colon - 1, kMask);
}

// A line of YAML or of JSON in lines: `- name: "x",` is name and x.
struct Entry {
  std::size_t indent = 0;
  std::string_view key, value;
  std::size_t value_at = 0;
};

Entry EntryOf(std::string_view line) {
  const auto lead = [](char c) { return c == ' ' || c == '-' || c == '"'; };
  Entry entry{.indent = Skip(line, 0, [](char c) { return c == ' '; })};
  const std::size_t key = Skip(line, 0, lead);
  const std::size_t end = Skip(line, key, IsWordCharacter);
  std::size_t colon = Skip(line, end, IsQuote);
  entry.key = line.substr(key, end - key);
  if (colon >= line.size() || line[colon] != ':') return {.indent = entry.indent};
  colon = Skip(line, colon + 1, [](char c) { return c == ' '; });
  entry.value_at = Skip(line, colon, IsQuote);
  const std::size_t last = line.find_last_not_of(" ,\"'\r");
  if (last != std::string_view::npos && last >= entry.value_at) {
    entry.value = line.substr(entry.value_at, last + 1 - entry.value_at);
  }
  return entry;
}

std::string Masked(std::string_view line, const Entry& entry) {
  return std::string(line.substr(0, entry.value_at))
      .append(kMask)
      .append(line.substr(entry.value_at + entry.value.size()));
}

// Goes through one YAML document, or a whole text of another form.
class Redactor {
 public:
  explicit Redactor(bool is_secret) : is_secret_(is_secret) {}

  // Nothing where the line goes away.
  std::string Line(std::string_view line) {
    const Entry entry = EntryOf(line);
    if (InKey(line) || InBlock(line, entry)) return "";
    const bool behind_name = behind_secret_name_ && entry.key == "value";
    const bool in_data = InData(entry);
    behind_secret_name_ = entry.key == "name" && NamesSecret(entry.value);
    const bool secret = NamesSecret(entry.key) || behind_name || in_data;
    if (secret && (entry.value.starts_with("|") || entry.value.starts_with(">"))) {
      block_ = entry.indent;
      return std::string(line) + "\n" + std::string(entry.indent + 2, ' ') + std::string(kMask) + "\n";
    }
    if ((behind_name || in_data) && IsValue(entry.value)) return Masked(line, entry) + "\n";
    return WithoutPrivateKey(WithoutCredentials(WithoutNamed(line))) + "\n";
  }

 private:
  bool InKey(std::string_view line) {
    if (!in_key_) return false;
    in_key_ = line.find(kKeyEnd) == std::string_view::npos;
    return true;
  }
  bool InBlock(std::string_view line, const Entry& entry) {
    if (block_ == kNoBlock) return false;
    if (Trim(line).empty() || entry.indent > block_) return true;
    block_ = kNoBlock;
    return false;
  }
  bool InData(const Entry& entry) {
    if (!is_secret_) return false;
    if (entry.indent > 0) return data_;
    data_ = entry.key == "data" || entry.key == "stringData";
    return false;
  }
  std::string WithoutPrivateKey(std::string line) {
    const std::size_t begin = line.find(kKeyBegin);
    if (begin == std::string::npos || line.find(kKeyEnd) < begin) return line;
    const std::size_t at = begin + kKeyBegin.size();
    const std::size_t end = line.find(kKeyEnd, at);
    in_key_ = end == std::string::npos;
    return line.replace(at, in_key_ ? std::string::npos : end - at, kMask);
  }

  static constexpr std::size_t kNoBlock = std::string::npos;
  const bool is_secret_;
  bool in_key_ = false;
  bool data_ = false;
  bool behind_secret_name_ = false;
  std::size_t block_ = kNoBlock;
};

}  // namespace

std::string RedactUnknown(std::string_view text) {
  const std::vector<std::string> lines = Split(text, '\n');
  std::string out;
  for (auto begin = lines.begin(); begin != lines.end();) {
    const auto end = std::find(begin + 1, lines.end(), "---");
    Redactor redactor(std::find(begin, end, "kind: Secret") != end);
    for (; begin != end; ++begin) out += redactor.Line(*begin);
  }
  // Split gives one more line than there are line ends.
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace e2e
