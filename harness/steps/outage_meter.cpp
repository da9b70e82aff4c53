#include "steps/outage_meter.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "cluster/fault_target.h"
#include "cluster/kube_transport.h"
#include "steps/port_events.h"

namespace e2e {
namespace {

using nlohmann::json;

// Long enough for every scenario; its end is the interrupt.
constexpr Duration kForever{24LL * 3600 * 1000};

std::string EndsText(const std::map<SampleEnd, int>& ends) {
  std::vector<std::string> words;
  for (const auto& [end, count] : ends) words.push_back(fmt::format("{} {}", count, Name(end)));
  return Join(words, ", ");
}

bool OneIsReady(const std::vector<Pod>& pods) {
  return std::any_of(pods.begin(), pods.end(), [](const Pod& pod) { return pod.ready && !pod.deleting; });
}

}  // namespace

OutageMeter::OutageMeter(MeterPlan plan) : plan_(std::move(plan)), begun_(clock_.Now()), samples_(plan_.ports.size()) {
  sampler_ = std::thread([this] { Sample(); });
  if (plan_.api) follower_ = std::thread([this] { FollowPod(); });
}

OutageMeter::~OutageMeter() {
  interrupt_.Request();
  for (std::thread* thread : {&sampler_, &follower_}) {
    if (thread->joinable()) thread->join();
  }
}

MeterReport OutageMeter::Stop() {
  interrupt_.Request();
  sampler_.join();
  if (follower_.joinable()) follower_.join();
  MeterReport report;
  report.ended = clock_.Now();
  report.ended_wall = clock_.WallNow();
  report.measured = std::chrono::duration_cast<Duration>(report.ended - begun_);
  for (std::size_t i = 0; i < plan_.ports.size(); ++i) {
    report.ports.push_back(Assess(plan_.ports[i].name, std::move(samples_[i]), report.ended));
  }
  report.changes = std::move(changes_);
  report.probes = Compare(report.changes, report.ports, report.ended);
  return report;
}

void OutageMeter::Sample() {
  PortSampler sampler(plan_.ports, plan_.patience);
  PortEvents events(ProcessEvents(), plan_.ports);
  sampler.Run(clock_, interrupt_, [&](const e2e::Sample& sample) {
    samples_[sample.port].push_back(sample);
    events.Add(sample);
  });
}

void OutageMeter::FollowPod() {
  HttpKubeTransport transport(clock_, interrupt_, *plan_.api);
  KubeApi api(transport, clock_);
  const auto note = [this](const std::vector<json>& objects) -> Outcome<Probe> {
    const bool ready = OneIsReady(PodsFrom(objects));
    if (changes_.empty() || changes_.back().ready != ready) changes_.push_back({clock_.Now(), ready});
    return Probe::Pending("the meter runs");
  };
  // It ends by the interrupt; what it saw until then counts.
  [[maybe_unused]] const Status ended =
      api.WatchUntil(plan_.pods, "the end of the measurement", Deadline::In(clock_, kForever), {}, note);
}

std::string MeterReport::Text() const {
  const auto wall = [&](TimePoint at) {
    return Rfc3339(ended_wall - std::chrono::duration_cast<Duration>(ended - at));
  };
  std::vector<std::string> lines;
  for (const Availability& port : ports) {
    std::string line = fmt::format("{}: {} outages in {} samples", port.port, port.outages.size(), port.samples);
    for (const Outage& outage : port.outages) {
      const TimePoint to = outage.first_good.value_or(ended);
      line +=
          fmt::format("; {} from {}{} ({})", e2e::Text(std::chrono::duration_cast<Duration>(to - outage.first_failed)),
                      wall(outage.first_failed), outage.first_good ? "" : " and not ended", EndsText(outage.ends));
    }
    lines.push_back(line + fmt::format("; slowest greeting {}", e2e::Text(port.slowest)));
  }
  if (!changes.empty()) {
    lines.push_back(fmt::format("probes: ready but not serving {}, serving but not ready {}",
                                e2e::Text(Total(probes.ready_not_serving)),
                                e2e::Text(Total(probes.serving_not_ready))));
  }
  return Join(lines, "\n");
}

json MeterReport::ToJson() const {
  const auto wall = [&](TimePoint at) {
    return Rfc3339(ended_wall - std::chrono::duration_cast<Duration>(ended - at));
  };
  const auto spans = [&](const std::vector<Span>& list) {
    json array = json::array();
    for (const Span& span : list) array.push_back({{"from", wall(span.from)}, {"to", wall(span.to)}});
    return array;
  };
  json object = {{"measured_ms", measured.count()}, {"ports", json::array()}};
  for (const Availability& port : ports) {
    json outages = json::array();
    for (const Outage& outage : port.outages) {
      json ends = json::object();
      for (const auto& [end, count] : outage.ends) ends[std::string(Name(end))] = count;
      outages.push_back({{"first_failed", wall(outage.first_failed)},
                         {"first_good", outage.first_good ? json(wall(*outage.first_good)) : json(nullptr)},
                         {"samples", ends}});
    }
    object["ports"].push_back({{"port", port.port},
                               {"samples", port.samples},
                               {"longest_ms", port.longest.count()},
                               {"slowest_ms", port.slowest.count()},
                               {"outages", outages}});
  }
  if (!changes.empty()) {
    object["probes"] = {{"ready_not_serving", spans(probes.ready_not_serving)},
                        {"serving_not_ready", spans(probes.serving_not_ready)}};
  }
  return object;
}

}  // namespace e2e
