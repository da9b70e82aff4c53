// Substitution: "${name}" in a text stands for a value that is known when the step runs. No expressions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"

namespace e2e {

// A run of plain text, or the name between "${" and "}".
struct TextPiece {
  bool reference = false;
  std::string text;
};

// "$${" is a plain "${"; a "$" before anything else is itself. kBadScenario for a "${" that is never closed.
Outcome<std::vector<TextPiece>> SplitReferences(std::string_view text);

// The text with each name replaced by what `value_of` gives for it.
Outcome<std::string> Substitute(std::string_view text,
                                const std::function<Outcome<std::string>(const std::string& name)>& value_of);

// What is wrong with the references of `text` when these are the names that are known; empty: nothing.
std::string CheckReferences(std::string_view text, const std::vector<std::string>& known);

}  // namespace e2e
