#include "steps/denied.h"

#include <fmt/format.h>

#include "cluster/explain.h"
#include "steps/mail_sessions.h"
#include "steps/release_pods.h"

namespace e2e {
namespace {

constexpr Duration kPerSession{5'000};
constexpr Duration kPerMessage{30'000};
constexpr Duration kLooks{1'000};

// Empty while it still may.
std::string WhyItDoesNotStart(const Pod& pod) {
  const std::string ended = HowItEnded(pod);
  if (!ended.empty()) return ended;
  const std::string& reason = pod.container.waiting_reason;
  return reason == "ContainerCreating" || reason == "PodInitializing" ? "" : reason;
}

Outcome<std::string> GiveMessage(World& world, const std::string& name, SmtpClient& smtp, Deadline deadline) {
  Ledger& ledger = world.ledgers.at(name);
  const std::string& from = world.accounts.at(0).address;
  const std::string& to = world.accounts.at(1).address;
  const TestMessage message =
      MakeMessage(fmt::format("{}-{}-denied-{}", world.ns, name, ledger.entries().size()), from, to, 4096);
  E2E_CHECK(
      ledger.Sending({message.id, to, message.sha256, static_cast<long long>(message.text.size()), Ack::kUnknown, ""}),
      "recording " + message.id);
  const SendResult sent = smtp.Send({from, {to}}, message.text, deadline);
  const std::string said = fmt::format("{} at {}", sent.reply.Text(), sent.stage);
  const Ack ack = AckOf(sent, world.profile());
  E2E_CHECK(ledger.Answered(message.id, ack, said), "recording the answer to " + message.id);
  if (ack != Ack::kOk) return "the message was not accepted: " + said;
  return Error(ErrorKind::kExpectation, "a message was accepted that nothing could keep: " + said);
}

}  // namespace

Outcome<std::string> BeDenied(World& world, const std::string& ledger, Deadline deadline) {
  std::string seen;
  const auto shown = [&]() -> Outcome<Probe> {
    auto session = OpenSubmission(world, "submission", world.accounts.at(0), Deadline::In(world.clock, kPerSession));
    if (session) {
      E2E_TRY(seen, GiveMessage(world, ledger, *session, Deadline::In(world.clock, kPerMessage)), "new mail");
      return Probe::Ready();
    }
    if (session.error().kind() == ErrorKind::kExpectation) {
      seen = "no session was opened: " + session.error().message();
      return Probe::Ready();
    }
    const auto pod = NewestPod(world, deadline);
    if (!pod) return PendingOn(pod.error());
    const std::string why = WhyItDoesNotStart(*pod);
    if (why.empty()) return PendingOn(session.error());
    seen = "the server does not start: " + why;
    return Probe::Ready();
  };
  E2E_CHECK(WaitUntil(world.clock, "what becomes of new mail", deadline, {.interval = kLooks}, shown), "new mail");
  return seen;
}

}  // namespace e2e
