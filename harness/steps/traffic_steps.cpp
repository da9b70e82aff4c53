// mail.traffic, wait.traffic and mail.stop: messages and changes while other steps run.
#include <fmt/format.h>

#include "base/text.h"
#include "base/wait.h"
#include "steps/catalog.h"
#include "steps/imap_changes.h"
#include "steps/mail_traffic.h"
#include "steps/make_step.h"
#include "steps/ports.h"
#include "steps/sieve_changes.h"
#include "steps/stream_fields.h"
#include "steps/world.h"

namespace e2e {
namespace {

class StartTraffic : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    std::vector<std::string> ports = SubmissionPorts();
    ports.insert(ports.end(), {"imap", "imaps", "sieve"});
    stream_.Visit(visitor, ports);
    visitor.Number("count", count_, {.help = "no more operations than these", .min = 1, .max = 100'000});
    visitor.Text("save", save_, {.help = "name of the traffic, and of its ledger", .required = true});
  }
  std::string Check() const override {
    if (ContractOf(stream_.via).protocol != Protocol::kSmtp && stream_.sessions != 1)
      return "changes via " + stream_.via + " go over one session, as each builds on the one before";
    return stream_.Check();
  }
  std::vector<std::string> Saves() const override { return {"traffic " + save_}; }
  Outcome<std::string> Run(World& world, Deadline) override {
    E2E_TRY(Ledger ledger, Ledger::Create(world.artifacts / fmt::format("ledger-{}.jsonl", Slug(save_))),
            "mail.traffic");
    world.traffic.insert_or_assign(save_, std::make_unique<Traffic>(Work(world), std::move(ledger)));
    return fmt::format("begun, {} a second at most", stream_.rate);
  }

 private:
  std::unique_ptr<TrafficWork> Work(const World& world) const {
    const PortContract& port = ContractOf(stream_.via);
    const Endpoint& endpoint = world.endpoints.find(stream_.via)->second;
    switch (port.protocol) {
      case Protocol::kImap:
        return std::make_unique<ChangeTraffic>(
            Changes(world), std::make_unique<ImapChanges>(Changes(world), ImapOptions{endpoint, port.security, {}}));
      case Protocol::kSieve:
        return std::make_unique<ChangeTraffic>(
            Changes(world), std::make_unique<SieveChanges>(Changes(world), SieveOptions{endpoint, port.security, {}}));
      default: return std::make_unique<MailTraffic>(Messages(world, endpoint, port.security));
    }
  }
  MailTrafficPlan Messages(const World& world, const Endpoint& endpoint, Security security) const {
    MailTrafficPlan plan;
    plan.server.endpoint = endpoint;
    plan.server.security = security;
    plan.feed = {.accounts = world.accounts,
                 .profile = world.profile(),
                 .id_prefix = fmt::format("{}-{}", world.ns, save_),
                 .sizes = stream_.Mix(),
                 .seed = static_cast<std::uint64_t>(stream_.seed),
                 .sessions = static_cast<std::size_t>(stream_.sessions),
                 .rate = stream_.rate};
    plan.count = static_cast<std::size_t>(count_);
    return plan;
  }
  // Of the last account, which no step has for itself.
  ChangePlan Changes(const World& world) const {
    return {.account = world.accounts.back(),
            .id_prefix = fmt::format("{}-{}", world.ns, save_),
            .name = Slug(save_),
            .sizes = stream_.Mix(),
            .seed = static_cast<std::uint64_t>(stream_.seed),
            .rate = stream_.rate,
            .count = static_cast<std::size_t>(count_)};
  }

  StreamFields stream_{.rate = 5, .size = {2048, 2048}};
  long long count_ = 10'000;
  std::string save_;
};

class WaitTraffic : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("traffic", traffic_, {.help = "name that mail.traffic saved it under", .required = true});
    visitor.Number("acknowledged", more_,
                   {.help = "how many operations more", .required = true, .min = 1, .max = 100'000});
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
        WaitUntil(world.clock, "operations of the background traffic", deadline, {.interval = Duration(100)}, probe),
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
    visitor.Number("acknowledged", least_, {.help = "operations that must have been acknowledged at least", .min = 1});
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
      {"mail.traffic",
       "submit messages, or change mailboxes (IMAP) or scripts, in the background while the next steps run",
       Duration(30'000), MakeStep<StartTraffic>()},
      {"wait.traffic", "until so many operations more of the background traffic are acknowledged", Duration(120'000),
       MakeStep<WaitTraffic>(), /*checks=*/true},
      {"mail.stop", "end the background traffic and keep its ledger", Duration(60'000), MakeStep<StopTraffic>()},
  };
}

}  // namespace e2e
