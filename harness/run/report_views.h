// ReportViews: what is shown of a run, made of the record of it alone (report.json, see run/report.h).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

#include "base/outcome.h"

namespace e2e {

// summary.md: a table of the scenarios, and a part for each one that has an error.
std::string SummaryOf(const nlohmann::json& report);
// A JUnit file in the form of GoogleTest's own, for a run that could not write it.
std::string JunitOf(const nlohmann::json& report);

// Writes beside the file and renames, so that a reader sees the old one or the new one. kInfra when it can't.
Status WriteWhole(const std::filesystem::path& path, const std::string& text);

}  // namespace e2e
