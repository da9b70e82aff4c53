#include "run/again_command.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"

namespace e2e {
namespace {

constexpr std::string_view kMutants = "sabotage/";
constexpr std::string_view kLanes = "qualify/";
constexpr std::string_view kSoak = "soak/seed-";

// make replaces a $ even in what the shell hands over as it is.
std::string Word(std::string_view word) {
  return ShellQuote(Join(Split(word, '$'), "$$"));
}

}  // namespace

std::string AgainCommand(const std::string& id) {
  if (id.starts_with(kMutants)) return "make prove M=" + Word(id.substr(kMutants.size()));
  if (id.starts_with(kLanes)) return "make qualify ONLY=" + Word(id.substr(kLanes.size()));
  if (!id.starts_with(kSoak)) return "make e2e ONLY=" + Word(id);
  // It stands in no folder of scenarios: its name says how it is made.
  const std::vector<std::string> parts = Split(id, '-');
  return fmt::format("make soak SEED={} MINUTES={}", parts[1], parts.back().substr(0, parts.back().size() - 1));
}

}  // namespace e2e
