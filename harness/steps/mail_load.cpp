#include "steps/mail_load.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/wait.h"
#include "steps/mail_feed.h"
#include "steps/mail_sessions.h"
#include "steps/ports.h"
#include "steps/read_back.h"

namespace e2e {
namespace {

constexpr Duration kFirstPause{200};
// By default Stalwart takes five messages a second from one address.
constexpr long long kThrottledRate = 4;
// How long a late duplicate is waited for.
constexpr Duration kSettle{1'000};

// Messages until so many are acknowledged.
class LoadFeed : public MailFeed {
 public:
  LoadFeed(const LoadPlan& load, World& world, Ledger& ledger)
      : MailFeed({.accounts = world.accounts,
                  .profile = world.profile(),
                  .id_prefix = fmt::format("{}-{}", world.ns, load.ledger),
                  .sizes = load.sizes,
                  .seed = load.seed,
                  .sessions = load.sessions,
                  .rate = load.rate == 0 && world.throttled ? kThrottledRate : load.rate,
                  .pause = kFirstPause},
                 ledger, world.clock),
        clock_(world.clock),
        most_failures_(load.count) {}

  void AimAt(std::size_t acknowledged) { goal_ = acknowledged; }
  bool interrupted() const { return interrupted_; }
  void Wait(TimePoint until) override { interrupted_ = !clock_.SleepUntil(until); }

 private:
  std::size_t Wanted() const override {
    const std::size_t settled = counts().acknowledged + under_way();
    return interrupted_ || settled >= goal_ ? 0 : goal_ - settled;
  }
  Status Judge() override {
    if (counts().refused + counts().unknown <= most_failures_) return Status();
    return Error(ErrorKind::kExpectation,
                 fmt::format("the server refused {} messages and acknowledged {}; last answer: {}",
                             counts().refused + counts().unknown, counts().acknowledged, last_answer()));
  }
  Status NotOpened(const Error& why) override { return why; }

  Clock& clock_;
  const std::size_t most_failures_;
  std::size_t goal_ = 0;
  bool interrupted_ = false;
};

class Loader {
 public:
  Loader(World& world, const LoadPlan& plan, Ledger& ledger, Deadline deadline)
      : world_(world), plan_(plan), ledger_(ledger), deadline_(deadline), feed_(plan, world, ledger) {}

  Outcome<std::string> Run() {
    const TimePoint start = world_.clock.Now();
    E2E_CHECK(Fill(plan_.count * 3 / 4), "submitting messages");
    E2E_TRY(Findings seen, ReadMailboxes(world_, deadline_), "recording UIDs");
    std::erase_if(seen.messages, [&](const StoredMessage& message) { return !ledger_.Knows(message.id); });
    E2E_CHECK(ledger_.Seen(seen.messages), "recording UIDs");
    E2E_CHECK(Fill(plan_.count), "submitting messages");
    const auto elapsed = std::chrono::duration_cast<Duration>(world_.clock.Now() - start);
    const AckCounts& counts = feed_.counts();
    return fmt::format("{} acknowledged, {} refused, {} unknown in {}; {} UIDs recorded", counts.acknowledged,
                       counts.refused, counts.unknown, Text(elapsed), seen.messages.size());
  }

 private:
  Status Fill(std::size_t goal) {
    feed_.AimAt(goal);
    SmtpOptions server;
    server.endpoint = world_.endpoints.find(plan_.port)->second;
    server.security = ContractOf(plan_.port).security;
    SmtpPump pump({server, plan_.sessions}, world_.clock, world_.interrupt, &world_.transcript);
    const Status status = pump.Run(feed_, deadline_);
    feed_.TellTheRest();
    const AckCounts& counts = feed_.counts();
    if (!status && status.error().kind() == ErrorKind::kTimeout) {
      return Error(ErrorKind::kTimeout, fmt::format("{} of {} messages were acknowledged in time; last answer: {}",
                                                    counts.acknowledged, goal, feed_.last_answer()));
    }
    E2E_CHECK(status, fmt::format("{} of {} acknowledged", counts.acknowledged, plan_.count));
    if (feed_.interrupted()) return Error(ErrorKind::kInterrupted, "interrupted while submitting messages");
    return Status();
  }

  World& world_;
  const LoadPlan& plan_;
  Ledger& ledger_;
  const Deadline deadline_;
  LoadFeed feed_;
};

Outcome<std::string> Judge(const LedgerReport& report, const VerifyPlan& plan, const std::filesystem::path& ledger) {
  const bool all_lost = plan.lost == VerifyPlan::Lost::kAll;
  const bool as_wanted = plan.lost == VerifyPlan::Lost::kAny || report.lost.size() == (all_lost ? report.demanded : 0);
  const bool good = as_wanted && report.resurrected.empty() && report.flags.empty() && report.scripts.empty() &&
                    static_cast<long long>(report.corrupt.size()) <= plan.corrupt &&
                    static_cast<long long>(report.duplicate.size()) <= plan.duplicate &&
                    static_cast<long long>(report.phantom.size()) <= plan.phantom &&
                    (!plan.same_uids || report.stale.empty());
  if (report.acknowledged + report.changes == 0)
    return Error(ErrorKind::kInconclusive, "the ledger holds no acknowledged message");
  if (good) return report.Summary();
  std::string message = report.Summary();
  if (all_lost) message += fmt::format(" (wanted: all {} lost)", report.demanded);
  LedgerReport shown = report;
  if (as_wanted || all_lost) shown.lost.clear();
  return Error(ErrorKind::kExpectation, message)
      .Because(shown.Worst())
      .Detail(shown.Details() + "ledger: " + ledger.string());
}

// All mailboxes, without what another ledger of the scenario knows: that one answers for it.
Outcome<Findings> ReadOwn(const std::string& name, World& world, Deadline deadline) {
  E2E_TRY(Findings found, ReadFor(world.ledgers.at(name), world, deadline), "mail.verify");
  std::erase_if(found.messages, [&](const StoredMessage& message) {
    return std::any_of(world.ledgers.begin(), world.ledgers.end(),
                       [&](const auto& other) { return other.first != name && other.second.Knows(message.id); });
  });
  return found;
}

}  // namespace

Outcome<std::string> LoadMail(World& world, const LoadPlan& plan, Deadline deadline) {
  E2E_TRY(Ledger ledger, Ledger::Create(world.artifacts / fmt::format("ledger-{}.jsonl", Slug(plan.ledger))),
          "mail.load");
  Outcome<std::string> note = Loader(world, plan, ledger, deadline).Run();
  world.ledgers.insert_or_assign(plan.ledger, std::move(ledger));
  if (!note) return std::move(note).error().While("mail.load via " + plan.port);
  return note;
}

Outcome<std::string> VerifyMail(World& world, const VerifyPlan& plan, Deadline deadline) {
  Ledger& ledger = world.ledgers.at(plan.ledger);
  const auto read = [&]() -> Outcome<LedgerReport> {
    E2E_TRY(const Findings found, ReadOwn(plan.ledger, world, deadline), "reading the mailboxes");
    return ledger.Classify(found);
  };
  const auto probe = [&]() -> Outcome<Probe> {
    auto outcome = read();
    // What is verified is the data; a connection that broke is made again for as long as there is time.
    if (!outcome && outcome.error().kind() == ErrorKind::kTransport) return Probe::Pending(outcome.error().message());
    E2E_TRY(const LedgerReport report, std::move(outcome), "reading back");
    // Only what comes by delivery may still be under way.
    if (plan.lost == VerifyPlan::Lost::kAll || report.lost.empty() || !ledger.Delivers()) return Probe::Ready();
    return Probe::Pending(report.Summary());
  };
  const Deadline redelivery = Deadline::Min(deadline, Deadline::In(world.clock, world.profile().redelivery));
  const Status complete =
      WaitUntil(world.clock, "all acknowledged messages", redelivery, {.interval = Duration(1000)}, probe);
  // A deadline that passed is judged below like everything else: the classes say more than the time.
  if (!complete && complete.error().kind() != ErrorKind::kTimeout) return complete.error();
  if (!world.clock.SleepUntil(world.clock.Now() + kSettle))
    return Error(ErrorKind::kInterrupted, "interrupted in mail.verify");
  const Deadline last_read = Deadline::In(world.clock, Duration(60'000));
  E2E_TRY(const Findings found, ReadOwn(plan.ledger, world, last_read), "reading the mailboxes");
  E2E_CHECK(ledger.ReadBack(found), "mail.verify");
  return Judge(ledger.Classify(found), plan, ledger.path());
}

}  // namespace e2e
