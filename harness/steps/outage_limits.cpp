#include "steps/outage_limits.h"

#include <fmt/format.h>

#include "base/text.h"

namespace e2e {
namespace {

// What kept the measurement from deciding anything; empty when nothing did.
std::string Gap(const MeterReport& report, const OutageLimits& limits) {
  for (const Availability& port : report.ports) {
    if (port.samples == 0) return "no sample of port " + port.port;
    if (limits.seen && port.outages.empty())
      return fmt::format("port {} was never away: the fault did not reach it", port.port);
  }
  if (limits.pod_known && report.changes.empty()) return "the API never told whether the pod is ready";
  return "";
}

}  // namespace

Outcome<std::string> JudgeOutage(const MeterReport& report, const OutageLimits& limits) {
  if (const std::string gap = Gap(report, limits); !gap.empty())
    return Error(ErrorKind::kInconclusive, gap).Detail(report.Text());
  std::vector<std::string> over;
  for (const Availability& port : report.ports) {
    if (port.longest > limits.budget) over.push_back(fmt::format("{} {}", port.port, Text(port.longest)));
  }
  if (!over.empty()) {
    return Error(ErrorKind::kExpectation,
                 fmt::format("away for longer than {}: {}", Text(limits.budget), Join(over, ", ")))
        .Detail(report.Text());
  }
  const Duration falsely = Total(report.probes.ready_not_serving);
  if (falsely <= limits.false_ready) return report.Text();
  return Error(ErrorKind::kExpectation,
               fmt::format("the pod was called ready for {} while a port was away, {} is the limit", Text(falsely),
                           Text(limits.false_ready)))
      .Detail(report.Text());
}

}  // namespace e2e
