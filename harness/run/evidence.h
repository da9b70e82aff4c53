// Evidence: what a scenario that did not pass left to be looked at, as a part of report.html.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace e2e {

// Of one scenario of the record of the run in `folder`: links to its files, and the end of those that tell most (what
// is not ready, events, logs, the dialogue with the server), which is the time of the failure. Empty for a scenario
// that passed, and where there is nothing.
std::string EvidenceHtml(const std::filesystem::path& folder, const nlohmann::json& scenario);

}  // namespace e2e
