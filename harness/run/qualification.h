// Qualification: whether a chart may follow the releases before it, out of what its lanes came to and what an upgrade
// changes.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "cluster/manifest_diff.h"
#include "cluster/released_chart.h"
#include "run/report.h"
#include "run/result.h"

namespace e2e {

// What is asked, before any lane has run.
struct Qualifying {
  // The releases that an upgrade comes from, the oldest first.
  std::vector<ReleasedChart> from;
  ReleasedChart to;
  // Of the manifests with default values, from the last release to the chart.
  ManifestDiff changes;
  // The lanes that are to be run.
  std::vector<std::string> lanes;
  // Those that the user left out.
  std::vector<std::string> left_out;
  // Programs and images by name, with their versions and digests.
  std::vector<std::pair<std::string, std::string>> versions;
};

inline constexpr const char* kQualified = "QUALIFIED";
inline constexpr const char* kNotQualified = "NOT QUALIFIED";
inline constexpr const char* kNotDecided = "INCONCLUSIVE";

// The record, for report.json: verdict, why, charts, versions, changes. NOT QUALIFIED when a lane fails or an upgrade
// can't do a change; otherwise INCONCLUSIVE when a lane has no result yet or did not come to a verdict, passed at a
// later attempt only, was skipped or left out, and when the run itself had a problem; each with its reason.
nlohmann::json QualificationOf(const Qualifying& asked, const std::vector<ScenarioResult>& results,
                               const std::vector<RunProblem>& problems = {});

// 0, 1 or 4.
int QualificationCode(const nlohmann::json& qualification);
// The last line of the command, without the program's name.
std::string QualificationLine(const nlohmann::json& qualification);
// All of it for people to sign off; empty for null.
std::string QualificationMarkdown(const nlohmann::json& qualification);
// The part of report.html; empty for null.
std::string QualificationHtml(const nlohmann::json& qualification);

}  // namespace e2e
