#include "run/own_cost.h"

#include <nlohmann/json.hpp>
#include <sys/resource.h>

namespace e2e {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

void TellOwnCost(EventSink& events, std::string_view process) {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return;
  events.Tell("cost", {{"process", process},
                       {"cpu", Seconds(usage.ru_utime) + Seconds(usage.ru_stime)},
                       {"peak_mb", static_cast<double>(usage.ru_maxrss) / 1024.0}});
}

}  // namespace e2e
