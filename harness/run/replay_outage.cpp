#include "run/replay_outage.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

#include "base/event_sink.h"
#include "steps/outage_limits.h"

namespace e2e {
namespace {

using nlohmann::json;

Duration DurationAt(const json& object, const char* field) {
  return FromSeconds(object.at(field).get<double>());
}

TimePoint TimeAt(const json& object, const char* field) {
  return TimePoint(DurationAt(object, field));
}

// Samples that come to the same: one at each end of an outage.
Availability PortFrom(const json& port, TimePoint end) {
  std::vector<Sample> samples;
  for (const json& away : port.at("away")) {
    samples.push_back({.begun = TimeAt(away, "from"), .end = SampleEnd::kRefused});
    if (!away.at("until").is_null()) samples.push_back({.begun = TimeAt(away, "until")});
  }
  Availability found = Assess(port.at("port").get<std::string>(), std::move(samples), end);
  found.samples = port.at("samples").get<std::size_t>();
  return found;
}

MeterReport ReportFrom(const json& outage) {
  MeterReport report;
  report.ended = TimeAt(outage, "until");
  for (const json& port : outage.at("ports")) report.ports.push_back(PortFrom(port, report.ended));
  for (const json& change : outage.at("pod")) {
    report.changes.push_back({TimeAt(change, "at"), change.at("ready").get<bool>()});
  }
  report.probes = Compare(report.changes, report.ports, report.ended);
  return report;
}

OutageLimits LimitsFrom(const json& outage) {
  return {.budget = DurationAt(outage, "budget"),
          .seen = outage.at("seen").get<bool>(),
          .false_ready = DurationAt(outage, "false_ready"),
          .pod_known = outage.at("pod_known").get<bool>()};
}

}  // namespace

Outcome<std::string> JudgeRecordedOutage(const json& outage) {
  try {
    return JudgeOutage(ReportFrom(outage), LimitsFrom(outage));
  } catch (const json::exception& problem) {
    return Error(ErrorKind::kBadScenario, fmt::format("an event `outage` does not tell all of it: {}", problem.what()));
  }
}

}  // namespace e2e
