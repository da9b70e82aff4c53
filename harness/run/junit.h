// Junit: a run for the tools that read JUnit's XML, made of the record of it alone (report.json, see run/report.h).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace e2e {

// A suite for each folder of scenarios, in it a case for each scenario and for each check within one, and a suite "Run"
// where the run itself did not work. A failure is one of the product; where nothing was learnt of it, it is an error.
// Both have the cause in their text, and what was skipped has its reason. Any text of the record makes XML 1.0.
std::string JunitOf(const nlohmann::json& report);

}  // namespace e2e
