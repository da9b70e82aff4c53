#include "steps/ledger_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace e2e {
namespace {

std::string Examples(std::string_view name, const std::vector<std::string>& lines) {
  constexpr std::size_t kShown = 5;
  if (lines.empty()) return "";
  std::string text = fmt::format("{} ({}):\n", name, lines.size());
  for (std::size_t i = 0; i < std::min(kShown, lines.size()); ++i) text += "  " + lines[i] + "\n";
  if (lines.size() > kShown) text += fmt::format("  … {} more\n", lines.size() - kShown);
  return text;
}

// What is wrong wherever it is found, the worst first.
std::array<std::pair<std::string_view, const std::vector<std::string>*>, 8> Classes(const LedgerReport& report) {
  return {{{"lost", &report.lost},
           {"corrupt", &report.corrupt},
           {"duplicate", &report.duplicate},
           {"phantom", &report.phantom},
           {"resurrected", &report.resurrected},
           {"stale", &report.stale},
           {"flags", &report.flags},
           {"scripts", &report.scripts}}};
}

}  // namespace

std::string LedgerReport::Worst() const {
  for (const auto& [name, lines] : Classes(*this)) {
    if (!lines->empty()) return static_cast<char>(name.front() - 'a' + 'A') + std::string(name.substr(1));
  }
  return "";
}

bool LedgerReport::Clean() const {
  return Worst().empty();
}

std::string LedgerReport::Details() const {
  std::string text;
  for (const auto& [name, lines] : Classes(*this)) text += Examples(name, *lines);
  return text;
}

std::string LedgerReport::Summary() const {
  const std::string all =
      changes == 0 ? fmt::format("{}", acknowledged) : fmt::format("{} messages and {} changes", acknowledged, changes);
  return fmt::format(
      "{} acknowledged: {} lost, {} corrupt, {} duplicate, {} phantom, {} resurrected, {} recovered, {} stale, {} "
      "flags, "
      "{} scripts",
      all, lost.size(), corrupt.size(), duplicate.size(), phantom.size(), resurrected.size(), recovered.size(),
      stale.size(), flags.size(), scripts.size());
}

}  // namespace e2e
