#include "steps/imap_changes.h"

#include <fmt/format.h>

#include <algorithm>

#include "steps/message.h"

namespace e2e {
namespace {

// With fewer, the next change is one more.
constexpr std::size_t kFewest = 4;

bool Deleted(MailFlags flags) {
  return (flags & kDeleted) != 0;
}

}  // namespace

ImapChanges::ImapChanges(ChangePlan plan, ImapOptions server)
    : plan_(std::move(plan)), server_(std::move(server)), random_(plan_.seed) {
  boxes_[0].name = plan_.name + "-a";
  boxes_[1].name = plan_.name + "-b";
}

Status ImapChanges::Open(TrafficSite& site, Deadline deadline) {
  imap_.reset();
  selected_.reset();
  E2E_TRY(imap_, ImapClient::Connect(server_, site.clock, site.interrupt, nullptr, deadline), "changing mailboxes");
  E2E_CHECK(imap_->Login(plan_.account.address, plan_.account.password, deadline), "changing mailboxes");
  for (const char* needed : {"UIDPLUS", "MOVE"}) {
    if (!imap_->capabilities().contains(needed))
      return Error(ErrorKind::kInconclusive, fmt::format("the server does not offer {}", needed));
  }
  for (const Box& box : boxes_) E2E_CHECK(Make(box, deadline), "making mailbox " + box.name);
  return Status();
}

Status ImapChanges::Make(const Box& box, Deadline deadline) {
  E2E_TRY(const ImapReply there, imap_->Exchange("STATUS \"" + box.name + "\" (MESSAGES)", deadline), "looking for it");
  if (there.status != "OK") E2E_CHECK(imap_->Command("CREATE \"" + box.name + "\"", deadline), "creating it");
  return Status();
}

Status ImapChanges::Enter(TrafficSite& site, std::size_t number, Deadline deadline) {
  if (selected_ == number) return Status();
  Box& box = boxes_[number];
  E2E_TRY(const Mailbox mailbox, imap_->Select(box.name, deadline), "opening " + box.name);
  E2E_CHECK(site.ledger.Opened({plan_.account.address, box.name, mailbox.uidvalidity, mailbox.uidnext}),
            "opening " + box.name);
  const std::uint32_t before = std::exchange(box.uidvalidity, mailbox.uidvalidity);
  if (before != 0 && before != mailbox.uidvalidity) {
    std::erase_if(known_, [number](const Known& message) { return message.box == number; });
    return Error(ErrorKind::kExpectation, "the UIDs of " + box.name + " mean nothing any longer");
  }
  selected_ = number;
  return Status();
}

Outcome<Ack> ImapChanges::Change(TrafficSite& site, Deadline deadline) {
  const std::size_t what = Draw(100);
  if (known_.size() < kFewest || what < 25) return Append(site, deadline);
  std::size_t at = Draw(known_.size());
  if (what < 55) {
    MailFlags flag = kDeleted;
    while (flag == kDeleted) flag = static_cast<MailFlags>(1U << Draw(kMailFlags.size()));
    return Store(site, at, flag, deadline);
  }
  if (what < 80) return Move(site, at, deadline);
  const auto doomed =
      std::find_if(known_.begin(), known_.end(), [](const Known& message) { return Deleted(message.flags); });
  if (doomed == known_.end()) return Store(site, at, kDeleted, deadline);
  at = static_cast<std::size_t>(doomed - known_.begin());
  return Expunge(site, at, deadline);
}

Outcome<Ack> ImapChanges::Append(TrafficSite& site, Deadline deadline) {
  const std::size_t number = Draw(boxes_.size());
  // Its UIDVALIDITY and UIDNEXT are on record before a UID of it is.
  E2E_CHECK(Enter(site, number, deadline), "appending a message");
  const std::string& address = plan_.account.address;
  const TestMessage message = MakeMessage(fmt::format("{}-{:05}", plan_.id_prefix, messages_), address, address,
                                          plan_.sizes.Of(plan_.seed, messages_));
  ++messages_;
  E2E_CHECK(site.ledger.Appending(
                {message.id, address, message.sha256, static_cast<long long>(message.text.size()), Ack::kUnknown, ""},
                boxes_[number].name),
            "appending a message");
  const auto place = imap_->Append(boxes_[number].name, message.text, deadline);
  const auto [ack, reply] = AnswerOf(place);
  E2E_CHECK(site.ledger.Answered(message.id, ack, reply), "appending a message");
  if (ack == Ack::kOk) E2E_CHECK(Given(site, {message.id, number, 0, 0}, *place), "appending a message");
  return ack;
}

// A message whose UID the server did not tell is left alone.
Status ImapChanges::Given(TrafficSite& site, const Known& message, const NewUid& place) {
  if (place.uid == 0) return Status();
  const Box& box = boxes_[message.box];
  E2E_CHECK(
      site.ledger.Given({plan_.account.address, box.name, place.uidvalidity, place.uid, message.id, "", message.flags}),
      "recording a UID");
  if (place.uidvalidity == box.uidvalidity) known_.push_back({message.id, message.box, place.uid, message.flags});
  return Status();
}

Outcome<Ack> ImapChanges::Store(TrafficSite& site, std::size_t at, MailFlags flag, Deadline deadline) {
  E2E_CHECK(Enter(site, known_[at].box, deadline), "storing flags");
  Known& message = known_[at];
  const bool add = (message.flags & flag) == 0;
  LedgerChange change = ChangeOf(message, ChangeKind::kStore);
  change.from.clear();
  change.to = FlagText(message.flags ^ flag);
  E2E_CHECK(site.ledger.Changing(change), "storing flags");
  const auto [ack, reply] = AnswerOf(imap_->Exchange(
      fmt::format("UID STORE {} {}FLAGS ({})", message.uid, add ? '+' : '-', FlagText(flag)), deadline));
  E2E_CHECK(site.ledger.Changed(change.id, ack, reply), "storing flags");
  if (ack == Ack::kOk) message.flags ^= flag;
  if (ack == Ack::kUnknown) Forget(at);
  return ack;
}

Outcome<Ack> ImapChanges::Move(TrafficSite& site, std::size_t at, Deadline deadline) {
  E2E_CHECK(Enter(site, known_[at].box, deadline), "moving a message");
  Known message = known_[at];
  const std::size_t target = 1 - message.box;
  LedgerChange change = ChangeOf(message, ChangeKind::kMove);
  change.to = boxes_[target].name;
  E2E_CHECK(site.ledger.Changing(change), "moving a message");
  const auto place = imap_->Move(message.uid, change.to, deadline);
  const auto [ack, reply] = AnswerOf(place);
  E2E_CHECK(site.ledger.Changed(change.id, ack, reply), "moving a message");
  if (ack != Ack::kRefused) Forget(at);
  message.box = target;
  if (ack == Ack::kOk) E2E_CHECK(Given(site, message, *place), "moving a message");
  return ack;
}

Outcome<Ack> ImapChanges::Expunge(TrafficSite& site, std::size_t at, Deadline deadline) {
  E2E_CHECK(Enter(site, known_[at].box, deadline), "expunging a message");
  const LedgerChange change = ChangeOf(known_[at], ChangeKind::kExpunge);
  E2E_CHECK(site.ledger.Changing(change), "expunging a message");
  const auto [ack, reply] = AnswerOf(imap_->Exchange(fmt::format("UID EXPUNGE {}", known_[at].uid), deadline));
  E2E_CHECK(site.ledger.Changed(change.id, ack, reply), "expunging a message");
  if (ack != Ack::kRefused) Forget(at);
  return ack;
}

LedgerChange ImapChanges::ChangeOf(const Known& message, ChangeKind kind) {
  return {fmt::format("{}-change-{:05}", plan_.id_prefix, operations_++),
          kind,
          plan_.account.address,
          message.id,
          boxes_[message.box].name,
          ""};
}

std::pair<Ack, std::string> ImapChanges::AnswerOf(const Outcome<ImapReply>& reply) {
  if (!reply) return {Ack::kUnknown, reply.error().message()};
  return {reply->status == "OK" ? Ack::kOk : Ack::kRefused, reply->status + " " + reply->text};
}

std::pair<Ack, std::string> ImapChanges::AnswerOf(const Outcome<NewUid>& place) {
  if (place) return {Ack::kOk, fmt::format("OK, UID {}", place->uid)};
  return {imap_->channel().open() ? Ack::kRefused : Ack::kUnknown, place.error().message()};
}

void ImapChanges::Close(Deadline deadline) {
  // Whatever it says, all that counts is answered.
  static_cast<void>(imap_->Logout(deadline));
}

}  // namespace e2e
