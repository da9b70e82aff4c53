// ReportViews: what is shown of a run, made of the record of it alone (report.json, see run/report.h).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace e2e {

// summary.md: a table of the scenarios, and a part for each one that has an error.
std::string SummaryOf(const nlohmann::json& report);

}  // namespace e2e
