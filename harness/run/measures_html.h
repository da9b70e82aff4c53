// What a run measured, as a part of report.html.
#pragma once

#include <string>

#include "run/measures.h"

namespace e2e {

// Empty where nothing was measured.
std::string HtmlOf(const Measures& measures);

}  // namespace e2e
