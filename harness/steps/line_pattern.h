// LinePattern: how a scenario says what a line of a reply must look like.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/outcome.h"
#include "steps/ports.h"

namespace e2e {

// "/…/" is a POSIX extended regular expression that must match somewhere in the line; "/…/i" takes no notice of case.
// Everything else is a glob that must match the whole line: * is any run of characters, ? any single one. IMAP begins
// untagged responses with a star, so on its ports a glob's leading "* " is that star itself.
// "${name}" stands for the octets of the value, whatever they mean to a pattern. Cheap to copy.
class LinePattern {
 public:
  using ValueOf = std::function<Outcome<std::string>(const std::string& name)>;
  // kBadScenario for a broken pattern, and what `value_of` says.
  static Outcome<LinePattern> Make(std::string_view text, Protocol protocol, const ValueOf& value_of);

  bool Matches(std::string_view line) const { return Find(line).has_value(); }
  // The text of the first group in parentheses, or what matched where there is none. Nothing when it does not match.
  std::optional<std::string> Find(std::string_view line) const;

  // For FieldRule::check: what is wrong with a pattern; empty: nothing.
  static std::string Mistake(const std::string& text);
  static bool IsRegex(std::string_view text);

 private:
  struct Compiled;
  explicit LinePattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace e2e
