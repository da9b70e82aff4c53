// Measures: what the scenarios of a run measured, made of its events: outages against their budgets, and latencies.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>
#include <vector>

namespace e2e {

// What one measurement of ports came to. Times are seconds.
struct MeasuredOutage {
  std::string scenario;
  int round = 1;
  double budget = 0;
  // Of the port that was away for the longest time.
  double longest = 0;
  // "smtp 6.2 s, imap 5.9 s": those that were away, the longest first. Empty: none was.
  std::string ports{};
};

struct MeasuredLatency {
  std::string of;
  // How many there are in each class, by its end in seconds.
  std::map<double, long long> classes{};

  long long Count() const;
  // The end of the class in which this share of them has come to its end; 0 without any.
  double Quantile(double share) const;
};

struct Measures {
  // In the order in which they ended.
  std::vector<MeasuredOutage> outages{};
  // Those of all scenarios together, by name.
  std::vector<MeasuredLatency> latencies{};
};

// Foreign fields read as empty.
Measures MeasuresOf(const std::vector<nlohmann::json>& events);

}  // namespace e2e
