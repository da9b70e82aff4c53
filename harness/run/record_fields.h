// What several views read out of the record of a run (report.json, see run/report.h).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "run/verdict.h"

namespace e2e {

// Of a scenario or a step; 0 where it is not told.
double SecondsOf(const nlohmann::json& object);

// Of a scenario: its id, and the round when it is not the first.
std::string NameOf(const std::string& scenario, int round);
std::string NameOf(const nlohmann::json& scenario);

// The texts of a list; what is none reads as empty.
std::vector<std::string> TextsOf(const nlohmann::json& list);

// The worst of the run's problems and of its scenarios.
Verdict VerdictOf(const nlohmann::json& record);

}  // namespace e2e
