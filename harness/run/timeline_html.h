// TimelineHtml: a time line as a part of report.html.
#pragma once

#include <string>

#include "run/timeline.h"

namespace e2e {

// Lanes with their marks, each with its text to hover over, and what stands out as a list. It says all that without
// scripts; run/page/timeline.js adds zoom and the keyboard. Empty for a time line without lanes.
std::string HtmlOf(const Timeline& timeline);

}  // namespace e2e
