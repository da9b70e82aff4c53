// ReportPage: report.html, one file for people, made of the record of a run (report.json, see run/report.h).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace e2e {

// Self-contained, and forbids its reader to fetch anything (Content-Security-Policy). What it shows is there without
// scripts; they add search, filter and sorting. Texts from servers and clusters are escaped and, where they are long,
// cut with a word on it.
// `events` are those of the run (run/event_record.h); without them there are no time lines and no measures.
// What scenarios left in `folder`, the run's, is shown where they did not pass.
std::string PageOf(const nlohmann::json& report, const std::vector<nlohmann::json>& events,
                   const std::filesystem::path& folder);

}  // namespace e2e
