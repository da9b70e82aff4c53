// outage.watch and outage.end: how long clients were without service while other steps broke things.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>

#include "base/event_sink.h"
#include "base/text.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/outage_limits.h"
#include "steps/outage_meter.h"
#include "steps/ports.h"
#include "steps/world.h"

namespace e2e {
namespace {

using nlohmann::json;

// Stalwart answers 429 from the hundredth anonymous request a minute on, to the kubelet's probes as well, which come
// from the same address.
constexpr Duration kRationedHttp{2'000};

// Where the server speaks first, or answers a request, without TLS: a handshake for each sample would be a load of its
// own.
std::vector<std::string> PlainPorts() {
  std::vector<std::string> names;
  for (const PortContract& port : kPortContracts) {
    if (port.security != Security::kImplicitTls) names.emplace_back(port.name);
  }
  return names;
}

SampledPort Sampled(const World& world, const std::string& name, Duration every) {
  SampledPort port{.name = name, .endpoint = world.endpoints.find(name)->second, .greeting = "", .every = every};
  switch (ContractOf(name).protocol) {
    case Protocol::kSmtp: port.greeting = "220"; break;
    case Protocol::kImap: port.greeting = "* OK"; break;
    case Protocol::kSieve: port.greeting = "\""; break;
    case Protocol::kHttp:
      port.greeting = "HTTP/1.1 200";
      port.request = "GET /healthz/live HTTP/1.1\r\nHost: " + port.endpoint.host + "\r\nConnection: close\r\n\r\n";
      if (world.profile().is_stalwart) port.every = std::max(every, kRationedHttp);
      break;
  }
  return port;
}

class WatchOutage : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Texts("ports", ports_,
                  {.help = "ports of the Service whose greeting is asked for", .choices = PlainPorts()});
    visitor.Time("every", every_, {.help = "how often; http on Stalwart is asked every 2s at most"});
    visitor.Text("save", save_, {.help = "name for outage.end", .required = true});
  }
  std::string Check() const override { return ports_.empty() ? "watches no port" : ""; }
  std::vector<std::string> Saves() const override { return {"meter " + save_}; }
  Outcome<std::string> Run(World& world, Deadline) override {
    MeterPlan plan{.ports = {},
                   .api = world.kubeconfig,
                   .pods = {.path = CorePath(world.ns, "pods"), .label_selector = world.Selector()}};
    for (const std::string& port : ports_) plan.ports.push_back(Sampled(world, port, every_));
    world.meters.insert_or_assign(save_, std::make_unique<OutageMeter>(std::move(plan)));
    return fmt::format("begun, {} ports every {}", ports_.size(), Text(every_));
  }

 private:
  std::vector<std::string> ports_ = {"http", "smtp", "submission", "imap", "sieve"};
  Duration every_{100};
  std::string save_;
};

class EndOutage : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("meter", meter_, {.help = "name that outage.watch saved it under", .required = true});
    visitor.Time("budget", limits_.budget, {.help = "the longest time that a port may be away", .required = true});
    visitor.Flag("seen", limits_.seen, {.help = "each port must have been away: the fault reached the clients"});
    visitor.Time("false-ready", limits_.false_ready,
                 {.help = "how long all in all the pod may be called ready while a port is away"});
  }
  std::vector<std::string> Needs() const override { return {"meter " + meter_}; }
  Outcome<std::string> Run(World& world, Deadline) override {
    const auto at = world.meters.find(meter_);
    if (at == world.meters.end()) return Error(ErrorKind::kInconclusive, "no such meter is running: " + meter_);
    const MeterReport report = at->second->Stop();
    world.meters.erase(at);
    const auto file = world.artifacts / fmt::format("outage-{}.json", Slug(meter_));
    std::ofstream out(file);
    out << report.ToJson().dump(2) << "\n";
    out.close();
    if (!out) return Error(ErrorKind::kInfra, file.string() + " can't be written");
    limits_.pod_known = world.kubeconfig.has_value();
    TellOutage(report);
    return JudgeOutage(report, limits_);
  }

 private:
  // All that JudgeOutage looks at, so that a recorded run can be judged again.
  void TellOutage(const MeterReport& report) const {
    json ports = json::array();
    for (const Availability& port : report.ports) ports.push_back(PortJson(port));
    json pod = json::array();
    for (const ReadyChange& change : report.changes)
      pod.push_back({{"at", Moment(change.at)}, {"ready", change.ready}});
    ProcessEvents().Tell("outage", {{"meter", meter_},
                                    {"budget", Seconds(limits_.budget)},
                                    {"seen", limits_.seen},
                                    {"false_ready", Seconds(limits_.false_ready)},
                                    {"pod_known", limits_.pod_known},
                                    {"until", Moment(report.ended)},
                                    {"pod", pod},
                                    {"ports", ports}});
  }

  static json PortJson(const Availability& port) {
    json away = json::array();
    for (const Outage& outage : port.outages) {
      away.push_back({{"from", Moment(outage.first_failed)},
                      {"until", outage.first_good ? json(Moment(*outage.first_good)) : json(nullptr)}});
    }
    return {{"port", port.port},
            {"samples", port.samples},
            {"longest", Seconds(port.longest)},
            {"outages", port.outages.size()},
            {"away", away}};
  }

  std::string meter_;
  OutageLimits limits_;
};

}  // namespace

std::vector<StepKind> OutageSteps() {
  return {
      {"outage.watch", "measure in the background when ports serve, and whether the probes agree", Duration(30'000),
       MakeStep<WatchOutage>()},
      {"outage.end",
       "end the measurement; hold outages against a budget, and what the pod was called against what clients saw",
       Duration(30'000), MakeStep<EndOutage>(), /*checks=*/true},
  };
}

}  // namespace e2e
