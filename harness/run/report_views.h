// ReportViews: what is shown of a run, made of its record (report.json, see run/report.h).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace e2e {

// summary.md: a table of the scenarios, and a part for each one that has an error. `events` are those of the run
// (run/event_record.h); without them it does not tell where the time went.
std::string SummaryOf(const nlohmann::json& report, const std::vector<nlohmann::json>& events = {});

}  // namespace e2e
