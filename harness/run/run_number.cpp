#include "run/run_number.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cluster/clear_cluster.h"

namespace e2e {
namespace {

std::string Slugged(const Scenario& scenario, RunNumber number) {
  return Slug(scenario.Id()) + (number.round > 1 ? fmt::format("-r{}", number.round) : "") +
         (number.attempt > 1 ? fmt::format("-a{}", number.attempt) : "");
}

}  // namespace

std::string NamespaceOf(const Scenario& scenario, RunNumber number) {
  return std::string(kNamespacePrefix) + Slugged(scenario, number);
}

std::filesystem::path FolderOf(const std::filesystem::path& run_folder, const Scenario& scenario, RunNumber number) {
  return run_folder / "scenarios" / Slugged(scenario, number);
}

}  // namespace e2e
