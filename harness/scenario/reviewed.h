// Reviewed: the one list of what no mutant breaks on purpose, each with its reason: scenarios/sabotage/unguarded.yaml.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/fields.h"

namespace e2e {

// Items as steps/coverage.h names them, and why no mutant breaks them.
struct Unguarded {
  std::string because;
  std::vector<std::string> items;
  SourceLocation where;
};

// Values of the chart that decide a part of what is rendered: a mutant that breaks the part guards them as well.
struct Deciding {
  std::string part;
  std::vector<std::string> values;
  SourceLocation where;
};

struct Reviewed {
  std::vector<Unguarded> unguarded;
  std::vector<Deciding> deciding;
};

// Below the folder of mutants, and no mutant itself.
inline constexpr std::string_view kReviewedFile = "unguarded.yaml";

// Mistakes go to `problems`; then there is no list. A file that is not there is an empty list.
std::optional<Reviewed> LoadReviewed(const std::filesystem::path& file, Problems& problems);

}  // namespace e2e
