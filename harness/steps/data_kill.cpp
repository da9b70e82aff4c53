#include "steps/data_kill.h"

#include <fmt/format.h>

#include "cluster/faults.h"
#include "steps/mail_sessions.h"

namespace e2e {
namespace {

// Half of a message is under way when the server dies; a whole one has to fit into what the kernel keeps for a server
// that is frozen.
constexpr std::size_t kLarge = 4 * 1024 * 1024;
constexpr std::size_t kSmall = 16 * 1024;
// For how long the server works on a whole message.
constexpr Duration kWork{2};
// How long the dead server's answer is waited for.
constexpr Duration kAnswer{5'000};

std::string Moment(DataPoint point) {
  return point == DataPoint::kBeforeDot ? "between 354 and the final dot"
                                        : fmt::format("{} after the server saw the final dot", Text(kWork));
}

Ack Judge(const SendResult& sent, DataPoint point, const ServerProfile& profile) {
  // Nobody may acknowledge half a message, with whatever words.
  if (point == DataPoint::kBeforeDot) return sent.outcome == SendOutcome::kOk ? Ack::kOk : Ack::kRefused;
  return AckOf(sent, profile);
}

class Killer {
 public:
  Killer(World& world, DataPoint point, Deadline deadline) : world_(world), point_(point), deadline_(deadline) {}

  DataActions Actions() {
    if (point_ == DataPoint::kBeforeDot) return {.whole = false, .at_start = {}, .at_end = [this] { return Kill(); }};
    // So that the signal comes at its time: the way into the node takes longer than a server for its answer.
    return {.whole = true, .at_start = [this] { return FreezeIt(); }, .at_end = [this] { return KillThawedIt(); }};
  }
  // After an Error nothing may stay frozen.
  void Undo() {
    if (frozen_) [[maybe_unused]]
      const auto thawed = Thaw(world_.node, world_.clock, *frozen_, deadline_);
  }
  const ContainerKilled& receipt() const { return receipt_; }

 private:
  Status FreezeIt() {
    E2E_TRY(frozen_, Freeze(world_.Target(), deadline_), Moment(point_));
    return {};
  }
  Outcome<Deadline> Kill() {
    E2E_TRY(receipt_, KillContainer(world_.Target(), "SIGKILL", deadline_), Moment(point_));
    return Deadline::In(world_.clock, kAnswer);
  }
  Outcome<Deadline> KillThawedIt() {
    E2E_TRY(receipt_, KillThawed(world_.Target(), *frozen_, kWork, deadline_), Moment(point_));
    return Deadline::In(world_.clock, kAnswer);
  }

  World& world_;
  const DataPoint point_;
  const Deadline deadline_;
  std::optional<Frozen> frozen_;
  ContainerKilled receipt_;
};

}  // namespace

Outcome<std::string> KillInData(World& world, DataPoint point, const std::string& name, Deadline deadline) {
  Ledger& ledger = world.ledgers.at(name);
  const Account& from = world.accounts.at(0);
  const Account& to = world.accounts.at(1);
  const std::string id = fmt::format("{}-{}-kill-{}", world.ns, name, ledger.entries().size());
  const TestMessage message =
      MakeMessage(id, from.address, to.address, point == DataPoint::kBeforeDot ? kLarge : kSmall);
  const LedgerEntry entry{id, to.address, message.sha256, static_cast<long long>(message.text.size()), Ack::kUnknown,
                          ""};
  E2E_TRY(SmtpClient smtp, OpenSubmission(world, "submission", from, deadline), "opening a session");
  E2E_CHECK(ledger.Sending(entry), "recording " + id);
  Killer killer(world, point, deadline);
  auto sent = smtp.SendAround({from.address, {to.address}}, message.text, killer.Actions(), deadline);
  if (!sent) {
    killer.Undo();
    if (sent.error().kind() == ErrorKind::kInterrupted) return std::move(sent).error();
    return Error(ErrorKind::kInconclusive, fmt::format("no kill {}: {}", Moment(point), sent.error().message()))
        .Detail(sent.error().detail());
  }
  const std::string said = fmt::format("{} at {}", sent->reply.Text(), sent->stage);
  E2E_CHECK(ledger.Answered(id, Judge(*sent, point, world.profile()), said), "recording the answer to " + id);
  return fmt::format("{}; {} of a message of {} octets, answer: {}", killer.receipt().Text(), Moment(point),
                     message.text.size(), said);
}

}  // namespace e2e
