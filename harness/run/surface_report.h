// The chart's surface (steps/coverage.h) as a report shows it. Null, and with it every text, is empty.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace e2e {

bool SurfaceIsRed(const nlohmann::json& surface);
// "surface: 300 of 400 items broken by a mutant, 98 on the reviewed list, red 2".
std::string SurfaceLine(const nlohmann::json& surface);
// What is red, a line for each, and that line at the end.
std::string SurfaceText(const nlohmann::json& surface);
// A line for each item with its mutants.
std::string SurfaceItems(const nlohmann::json& surface);
// The part of report.html: what is red first, then each item with the mutants that break it.
std::string SurfaceHtml(const nlohmann::json& surface);
// For summary.md.
std::string SurfaceMarkdown(const nlohmann::json& surface);

}  // namespace e2e
