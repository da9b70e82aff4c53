#include "run/measures.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

MeasuredOutage OutageOf(const json& event) {
  MeasuredOutage outage{TextAt(event, "/scenario"), IntAt(event, "/round", 1), NumberAt(event, "/budget")};
  std::vector<std::pair<double, std::string>> away;
  for (const json& port : ListAt(event, "/ports")) {
    const double longest = NumberAt(port, "/longest");
    if (longest > 0) away.emplace_back(longest, TextAt(port, "/port"));
  }
  std::sort(away.rbegin(), away.rend());
  std::vector<std::string> words;
  for (const auto& [longest, port] : away) words.push_back(fmt::format("{} {:.1f} s", port, longest));
  outage.longest = away.empty() ? 0 : away.front().first;
  outage.ports = Join(words, ", ");
  return outage;
}

}  // namespace

long long MeasuredLatency::Count() const {
  long long all = 0;
  for (const auto& [upto, count] : classes) all += count;
  return all;
}

double MeasuredLatency::Quantile(double share) const {
  const double wanted = share * static_cast<double>(Count());
  long long so_far = 0;
  for (const auto& [upto, count] : classes) {
    so_far += count;
    if (static_cast<double>(so_far) >= wanted) return upto;
  }
  return 0;
}

Measures MeasuresOf(const std::vector<json>& events) {
  Measures measures;
  std::map<std::string, MeasuredLatency> latencies;
  for (const json& event : events) {
    const std::string name = TextAt(event, "/event");
    if (name == "outage") measures.outages.push_back(OutageOf(event));
    if (name != "latency") continue;
    const std::string of = TextAt(event, "/of");
    for (const json& part : ListAt(event, "/classes")) {
      latencies[of].classes[NumberAt(part, "/upto")] += IntAt(part, "/count");
    }
  }
  for (auto& [of, latency] : latencies) measures.latencies.push_back({of, std::move(latency.classes)});
  return measures;
}

}  // namespace e2e
