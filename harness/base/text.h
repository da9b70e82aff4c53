// Small text helpers that more than one layer needs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e {

// Quoted so that a POSIX shell reads it back as one word; plain words stay as they are.
std::string ShellQuote(std::string_view word);
// Every line of `text` behind `prefix`.
std::string Indent(std::string_view text, std::string_view prefix);
// The last `lines` lines of `text`, without the final newline.
std::string Tail(std::string_view text, std::size_t lines);
std::vector<std::string> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view Trim(std::string_view text);
std::string Lower(std::string_view text);
// "persistence/pod-delete" -> "persistence-pod-delete": lower case letters, digits and single dashes,
// as a Kubernetes name (RFC 1123 label) wants it.
std::string Slug(std::string_view text);
// "pod-delete" -> "PodDelete": an identifier that GoogleTest's filter syntax can't misread.
std::string CamelCase(std::string_view text);
// Every occurrence of each secret replaced by "***". Empty secrets are ignored.
std::string Redact(std::string_view text, const std::vector<std::string>& secrets);
// Shell-style match with * and ?.
bool GlobMatch(std::string_view pattern, std::string_view text);
// The candidate nearest in edit distance, when near enough to be a likely typing mistake.
std::optional<std::string> Nearest(std::string_view word, const std::vector<std::string>& candidates);
// The `count` candidates nearest in edit distance to the pattern, the nearest first; a * at the pattern's end stands
// for any rest.
std::vector<std::string> NearestTo(std::string_view pattern, std::vector<std::string> candidates, std::size_t count);
std::string Base64Encode(std::string_view bytes);
// Nothing when `text` is not base64 (RFC 4648, with padding).
std::optional<std::string> Base64Decode(std::string_view text);
// Lower-case hexadecimal SHA-256.
std::string Sha256Hex(std::string_view bytes);
// A decimal number in full; nothing on any other character or on overflow.
std::optional<long long> ParseInt(std::string_view text);

}  // namespace e2e
