// LastGreen: what is different from the last run below the same folder in which everything passed.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace e2e {

// Held against the newest run beside `folder` that began before it, was for the same purpose, and whose scenarios all
// passed. Null without one. Otherwise an object:
//   run, started   of that run
//   under_test     list of {what, before, now}: server, images, Kubernetes, chart, where they differ
//   failed         names of scenarios that passed then and do not now
//   slower         list of {scenario, before, now}, seconds: those that take much longer now, the worst first
//   added, gone    names of scenarios that are in one of both only
nlohmann::json CompareWithLastGreen(const std::filesystem::path& folder, const nlohmann::json& record);

// `compared` is what CompareWithLastGreen gave; empty for null.
std::string ComparisonMarkdown(const nlohmann::json& compared);
std::string ComparisonHtml(const nlohmann::json& compared);

}  // namespace e2e
