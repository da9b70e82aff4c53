// mail.traffic and mail.stop: messages while other steps run.
#include <fmt/format.h>

#include "base/text.h"
#include "base/wait.h"
#include "steps/catalog.h"
#include "steps/mail_traffic.h"
#include "steps/make_step.h"
#include "steps/ports.h"
#include "steps/stream_fields.h"
#include "steps/world.h"

namespace e2e {
namespace {

class StartTraffic : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    stream_.Visit(visitor);
    visitor.Number("count", count_, {.help = "no more messages than these", .min = 1, .max = 100'000});
    visitor.Text("save", save_, {.help = "name of the traffic, and of its ledger", .required = true});
  }
  std::string Check() const override { return stream_.Check(); }
  std::vector<std::string> Saves() const override { return {"traffic " + save_}; }
  Outcome<std::string> Run(World& world, Deadline) override {
    E2E_TRY(Ledger ledger, Ledger::Create(world.artifacts / fmt::format("ledger-{}.jsonl", Slug(save_))),
            "mail.traffic");
    TrafficPlan plan;
    plan.server.endpoint = world.endpoints.find(stream_.via)->second;
    plan.server.security = ContractOf(stream_.via).security;
    plan.feed = {.accounts = world.accounts,
                 .profile = world.profile(),
                 .id_prefix = fmt::format("{}-{}", world.ns, save_),
                 .sizes = stream_.Mix(),
                 .seed = static_cast<std::uint64_t>(stream_.seed),
                 .sessions = static_cast<std::size_t>(stream_.sessions),
                 .rate = stream_.rate};
    plan.count = static_cast<std::size_t>(count_);
    world.traffic.insert_or_assign(save_, std::make_unique<MailTraffic>(std::move(plan), std::move(ledger)));
    return fmt::format("begun, {} a second at most", stream_.rate);
  }

 private:
  StreamFields stream_{.rate = 5, .size = {2048, 2048}};
  long long count_ = 10'000;
  std::string save_;
};

class WaitTraffic : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("traffic", traffic_, {.help = "name that mail.traffic saved it under", .required = true});
    visitor.Number("acknowledged", more_,
                   {.help = "how many messages more", .required = true, .min = 1, .max = 100'000});
  }
  std::vector<std::string> Needs() const override { return {"traffic " + traffic_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const auto at = world.traffic.find(traffic_);
    if (at == world.traffic.end()) return Error(ErrorKind::kInconclusive, "no such traffic is running: " + traffic_);
    const std::size_t goal = at->second->Acknowledged() + static_cast<std::size_t>(more_);
    const auto probe = [&]() -> Outcome<Probe> {
      const std::size_t now = at->second->Acknowledged();
      return now >= goal ? Probe::Ready() : Probe::Pending(fmt::format("{} of {} acknowledged", now, goal));
    };
    E2E_CHECK(
        WaitUntil(world.clock, "messages of the background traffic", deadline, {.interval = Duration(100)}, probe),
        "wait.traffic");
    return fmt::format("{} more acknowledged, {} in all", more_, at->second->Acknowledged());
  }

 private:
  std::string traffic_;
  long long more_ = 0;
};

class StopTraffic : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("traffic", traffic_, {.help = "name that mail.traffic saved it under", .required = true});
    visitor.Number("acknowledged", least_, {.help = "messages that must have been acknowledged at least", .min = 1});
  }
  std::vector<std::string> Needs() const override { return {"traffic " + traffic_}; }
  std::vector<std::string> Saves() const override { return {"ledger " + traffic_}; }
  Outcome<std::string> Run(World& world, Deadline) override {
    const auto at = world.traffic.find(traffic_);
    if (at == world.traffic.end()) return Error(ErrorKind::kInconclusive, "no such traffic is running: " + traffic_);
    TrafficResult result = at->second->Stop();
    world.traffic.erase(at);
    world.ledgers.insert_or_assign(traffic_, std::move(result.ledger));
    if (result.broken) return Error(*result.broken).While("mail.traffic");
    const std::string seen =
        fmt::format("{} acknowledged, {} refused, {} unknown, {} sessions not opened", result.counts.acknowledged,
                    result.counts.refused, result.counts.unknown, result.counts.unreachable);
    if (static_cast<long long>(result.counts.acknowledged) >= least_) return seen;
    return Error(ErrorKind::kInconclusive,
                 fmt::format("too little traffic to prove anything: {}; {} acknowledged were wanted", seen, least_));
  }

 private:
  std::string traffic_;
  long long least_ = 1;
};

}  // namespace

std::vector<StepKind> TrafficSteps() {
  return {
      {"mail.traffic", "submit messages in the background while the next steps run", Duration(30'000),
       MakeStep<StartTraffic>()},
      {"wait.traffic", "until the background traffic has brought so many messages more", Duration(120'000),
       MakeStep<WaitTraffic>(), /*checks=*/true},
      {"mail.stop", "end the background traffic and keep its ledger", Duration(60'000), MakeStep<StopTraffic>()},
  };
}

}  // namespace e2e
