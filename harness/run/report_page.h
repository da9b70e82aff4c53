// ReportPage: report.html, one file for people, made of the record of a run alone (report.json, see run/report.h).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace e2e {

// Self-contained, and forbids its reader to fetch anything (Content-Security-Policy). What it shows is there without
// scripts; they add search, filter and sorting. Texts from servers and clusters are escaped and, where they are long,
// cut with a word on it.
std::string PageOf(const nlohmann::json& report);

}  // namespace e2e
