#include "steps/mail_load.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/text.h"
#include "base/wait.h"
#include "steps/mail_sessions.h"

namespace e2e {
namespace {

constexpr int kMessagesPerSession = 10;  // Stalwart's default limit
constexpr Duration kFirstPause{200};
constexpr Duration kLongestPause{5'000};
// How long a late duplicate is waited for.
constexpr Duration kSettle{1'000};

class Loader {
 public:
  Loader(World& world, const LoadPlan& plan, Ledger& ledger, Deadline deadline)
      : world_(world), plan_(plan), ledger_(ledger), deadline_(deadline) {}

  Outcome<std::string> Run() {
    const TimePoint start = world_.clock.Now();
    const std::size_t wanted = static_cast<std::size_t>(plan_.count);
    E2E_CHECK(Fill(wanted * 3 / 4), "submitting messages");
    E2E_TRY(const std::vector<StoredMessage> seen, ReadMailboxes(world_, deadline_), "recording UIDs");
    E2E_CHECK(ledger_.Seen(seen), "recording UIDs");
    E2E_CHECK(Fill(wanted), "submitting messages");
    const auto elapsed = std::chrono::duration_cast<Duration>(world_.clock.Now() - start);
    return fmt::format("{} acknowledged, {} refused, {} unknown in {}; {} UIDs recorded", ledger_.Acknowledged(),
                       refused_, unknown_, Text(elapsed), seen.size());
  }

 private:
  Status Fill(std::size_t wanted) {
    while (ledger_.Acknowledged() < wanted) {
      if (deadline_.Passed(world_.clock)) return OutOfTime(wanted);
      E2E_CHECK(Session(wanted), fmt::format("{} of {} acknowledged", ledger_.Acknowledged(), plan_.count));
    }
    return {};
  }

  Error OutOfTime(std::size_t wanted) const {
    return Error(ErrorKind::kTimeout, fmt::format("{} of {} messages were acknowledged in time; last answer: {}",
                                                  ledger_.Acknowledged(), wanted, last_answer_));
  }

  Status Session(std::size_t wanted) {
    const Account& from = world_.accounts[sessions_++ % world_.accounts.size()];
    E2E_TRY(SmtpClient smtp, OpenSubmission(world_, plan_.port, from, deadline_), "opening a session");
    for (int i = 0; i < kMessagesPerSession && ledger_.Acknowledged() < wanted; ++i) {
      E2E_TRY(const Ack ack, One(smtp, from), "submitting a message");
      if (ack == Ack::kOk) {
        pause_ = kFirstPause;
        continue;
      }
      if (refused_ + unknown_ > static_cast<std::size_t>(plan_.count)) return TooManyRefusals();
      if (!world_.clock.SleepUntil(std::min(deadline_.at(), world_.clock.Now() + pause_))) {
        return Error(ErrorKind::kInterrupted, "interrupted while submitting messages");
      }
      pause_ = std::min(pause_ * 2, kLongestPause);
      return {};
    }
    return smtp.Quit(deadline_);
  }

  Error TooManyRefusals() const {
    return Error(ErrorKind::kExpectation,
                 fmt::format("the server refused {} messages and acknowledged {}; last answer: {}", refused_ + unknown_,
                             ledger_.Acknowledged(), last_answer_));
  }

  Outcome<Ack> One(SmtpClient& smtp, const Account& from) {
    const std::size_t number = sequence_++;
    const Account& to = world_.accounts[number % world_.accounts.size()];
    const std::string id = fmt::format("{}-{}-{:05}", world_.ns, plan_.ledger, number);
    std::uniform_int_distribution<long long> size(plan_.size.min, plan_.size.max);
    const TestMessage message = MakeMessage(id, from.address, to.address, static_cast<std::size_t>(size(random_)));
    LedgerEntry entry{id, to.address, message.sha256, static_cast<long long>(message.text.size()), Ack::kUnknown, ""};
    E2E_CHECK(ledger_.Sending(entry), "recording " + id);
    const SendResult sent = smtp.Send({from.address, {to.address}}, message.text, deadline_);
    last_answer_ = fmt::format("{} at {}", sent.reply.Text(), sent.stage);
    const Ack ack = AckOf(sent, world_.profile());
    refused_ += ack == Ack::kRefused ? 1 : 0;
    unknown_ += ack == Ack::kUnknown ? 1 : 0;
    E2E_CHECK(ledger_.Answered(id, ack, last_answer_), "recording the answer to " + id);
    return ack;
  }

  World& world_;
  const LoadPlan& plan_;
  Ledger& ledger_;
  const Deadline deadline_;
  std::mt19937 random_{20'261'124};
  std::size_t sessions_ = 0;
  std::size_t sequence_ = 0;
  std::size_t refused_ = 0;
  std::size_t unknown_ = 0;
  Duration pause_ = kFirstPause;
  std::string last_answer_ = "none";
};

std::string Examples(std::string_view name, const std::vector<std::string>& lines) {
  constexpr std::size_t kShown = 5;
  if (lines.empty()) return "";
  std::string text = fmt::format("{} ({}):\n", name, lines.size());
  for (std::size_t i = 0; i < std::min(kShown, lines.size()); ++i) text += "  " + lines[i] + "\n";
  if (lines.size() > kShown) text += fmt::format("  … {} more\n", lines.size() - kShown);
  return text;
}

Outcome<std::string> Judge(const LedgerReport& report, const VerifyPlan& plan, const std::filesystem::path& ledger) {
  const std::size_t lost_wanted = plan.all_lost ? report.acknowledged : 0;
  const bool good = report.lost.size() == lost_wanted && report.resurrected.empty() &&
                    static_cast<long long>(report.corrupt.size()) <= plan.corrupt &&
                    static_cast<long long>(report.duplicate.size()) <= plan.duplicate &&
                    static_cast<long long>(report.phantom.size()) <= plan.phantom &&
                    (!plan.same_uids || report.stale.empty());
  if (report.acknowledged == 0) return Error(ErrorKind::kInconclusive, "the ledger holds no acknowledged message");
  if (good) return report.Summary();
  std::string message = report.Summary();
  if (plan.all_lost) message += fmt::format(" (wanted: all {} lost)", report.acknowledged);
  return Error(ErrorKind::kExpectation, message)
      .Detail(Examples("lost", plan.all_lost ? std::vector<std::string>{} : report.lost) +
              Examples("corrupt", report.corrupt) + Examples("duplicate", report.duplicate) +
              Examples("phantom", report.phantom) + Examples("resurrected", report.resurrected) +
              Examples("stale", report.stale) + "ledger: " + ledger.string());
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
  const Ledger& ledger = world.ledgers.at(plan.ledger);
  const auto read = [&]() -> Outcome<LedgerReport> {
    E2E_TRY(const std::vector<StoredMessage> found, ReadMailboxes(world, deadline), "mail.verify");
    return ledger.Classify(found);
  };
  const auto probe = [&]() -> Outcome<Probe> {
    auto outcome = read();
    // What is verified is the data; a connection that broke is made again for as long as there is time.
    if (!outcome && outcome.error().kind() == ErrorKind::kTransport) return Probe::Pending(outcome.error().message());
    E2E_TRY(const LedgerReport report, std::move(outcome), "reading back");
    if (plan.all_lost || report.lost.empty()) return Probe::Ready();
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
  E2E_TRY(const std::vector<StoredMessage> found, ReadMailboxes(world, last_read), "mail.verify");
  return Judge(ledger.Classify(found), plan, ledger.path());
}

}  // namespace e2e
