#include "steps/outage.h"

#include <algorithm>

namespace e2e {
namespace {

Duration Between(TimePoint from, TimePoint to) {
  return std::chrono::duration_cast<Duration>(to - from);
}

bool In(TimePoint at, const std::vector<Availability>& ports) {
  for (const Availability& port : ports) {
    for (const Outage& outage : port.outages) {
      if (outage.first_failed <= at && (!outage.first_good || at < *outage.first_good)) return true;
    }
  }
  return false;
}

// Appends the span, or lengthens the one that ends where it begins.
void Add(std::vector<Span>& spans, Span span) {
  if (!spans.empty() && spans.back().to == span.from) {
    spans.back().to = span.to;
  } else {
    spans.push_back(span);
  }
}

}  // namespace

Availability Assess(std::string port, std::vector<Sample> samples, TimePoint end) {
  std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.begun < b.begun; });
  Availability result{.port = std::move(port), .samples = samples.size(), .outages = {}};
  Outage* open = nullptr;
  for (const Sample& sample : samples) {
    if (sample.end == SampleEnd::kGood) {
      result.slowest = std::max(result.slowest, sample.took);
      if (open != nullptr) open->first_good = sample.begun;
      open = nullptr;
      continue;
    }
    if (open == nullptr) open = &result.outages.emplace_back(Outage{sample.begun, std::nullopt, {}});
    ++open->ends[sample.end];
  }
  for (const Outage& outage : result.outages) {
    result.longest = std::max(result.longest, Between(outage.first_failed, outage.first_good.value_or(end)));
  }
  return result;
}

ProbeTruth Compare(const std::vector<ReadyChange>& changes, const std::vector<Availability>& ports, TimePoint end) {
  // Between two of these points neither side changes.
  std::vector<TimePoint> points{end};
  for (const ReadyChange& change : changes) points.push_back(change.at);
  for (const Availability& port : ports) {
    for (const Outage& outage : port.outages) {
      points.push_back(outage.first_failed);
      if (outage.first_good) points.push_back(*outage.first_good);
    }
  }
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  ProbeTruth truth;
  // The end is one of them.
  for (std::size_t i = 0; points[i] < end; ++i) {
    const auto next = std::upper_bound(changes.begin(), changes.end(), points[i],
                                       [](TimePoint at, const ReadyChange& change) { return at < change.at; });
    if (next == changes.begin()) continue;
    const bool ready = std::prev(next)->ready;
    const bool serving = !In(points[i], ports);
    if (ready && !serving) Add(truth.ready_not_serving, {points[i], points[i + 1]});
    if (!ready && serving) Add(truth.serving_not_ready, {points[i], points[i + 1]});
  }
  return truth;
}

Duration Total(const std::vector<Span>& spans) {
  Duration total{0};
  for (const Span& span : spans) total += Between(span.from, span.to);
  return total;
}

}  // namespace e2e
