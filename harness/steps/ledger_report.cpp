#include "steps/ledger_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

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

}  // namespace

bool LedgerReport::Clean() const {
  return lost.empty() && corrupt.empty() && duplicate.empty() && phantom.empty() && resurrected.empty() &&
         stale.empty() && flags.empty() && scripts.empty();
}

std::string LedgerReport::Details() const {
  return Examples("lost", lost) + Examples("corrupt", corrupt) + Examples("duplicate", duplicate) +
         Examples("phantom", phantom) + Examples("resurrected", resurrected) + Examples("stale", stale) +
         Examples("flags", flags) + Examples("scripts", scripts);
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
