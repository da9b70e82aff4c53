// mail.traffic and mail.stop: messages while other steps run.
#include <fmt/format.h>

#include "base/text.h"
#include "steps/catalog.h"
#include "steps/mail_traffic.h"
#include "steps/make_step.h"
#include "steps/ports.h"
#include "steps/world.h"

namespace e2e {
namespace {

class StartTraffic : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("via", via_, {.help = "port of the Service", .choices = {"submission", "smtps"}});
    visitor.Number("count", count_, {.help = "no more messages than these", .min = 1, .max = 100'000});
    visitor.Number("rate", rate_, {.help = "messages a second at most", .min = 1, .max = 50});
    visitor.Size("size", size_, {.help = "octets of a message", .min = 512, .max = 1024 * 1024});
    visitor.Text("save", save_, {.help = "name of the traffic, and of its ledger", .required = true});
  }
  std::vector<std::string> Saves() const override { return {"traffic " + save_}; }
  Outcome<std::string> Run(World& world, Deadline) override {
    E2E_TRY(Ledger ledger, Ledger::Create(world.artifacts / fmt::format("ledger-{}.jsonl", Slug(save_))),
            "mail.traffic");
    TrafficPlan plan{.endpoint = world.endpoints.find(via_)->second,
                     .security = ContractOf(via_).security,
                     .accounts = world.accounts,
                     .profile = world.profile(),
                     .id_prefix = fmt::format("{}-{}", world.ns, save_),
                     .size = static_cast<std::size_t>(size_.max),
                     .count = static_cast<std::size_t>(count_),
                     .interval = Duration(1000 / rate_)};
    world.traffic.insert_or_assign(save_, std::make_unique<MailTraffic>(std::move(plan), std::move(ledger)));
    return fmt::format("begun, {} a second at most", rate_);
  }

 private:
  std::string via_ = "submission";
  long long count_ = 10'000;
  long long rate_ = 5;
  SizeRange size_{2048, 2048};
  std::string save_;
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
    const std::string seen = fmt::format("{} acknowledged, {} refused, {} unknown, {} sessions not opened",
                                         result.acknowledged, result.refused, result.unknown, result.unreachable);
    if (static_cast<long long>(result.acknowledged) >= least_) return seen;
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
      {"mail.stop", "end the background traffic and keep its ledger", Duration(60'000), MakeStep<StopTraffic>()},
  };
}

}  // namespace e2e
