#include "steps/ledger_changes.h"

namespace e2e {
namespace {

void End(AllowedValues& values, Ack ack) {
  if (ack == Ack::kOk) values.Done();
  if (ack == Ack::kRefused) values.Refused();
}

bool OfMessage(ChangeKind kind) {
  return kind == ChangeKind::kStore || kind == ChangeKind::kMove || kind == ChangeKind::kExpunge;
}

}  // namespace

void LedgerChanges::Append(const std::string& id, const std::string& account, const std::string& mailbox) {
  messages_[id].where.Begin("", mailbox);
  mailboxes_.emplace(account, mailbox);
}

void LedgerChanges::EndAppend(const std::string& id, Ack ack) {
  if (MessageState* const state = Find(id)) e2e::End(state->where, ack);
}

AllowedValues* LedgerChanges::ValueOf(const LedgerChange& change) {
  if (OfMessage(change.kind)) {
    MessageState* const state = Find(change.subject);
    if (state == nullptr) return nullptr;
    return change.kind == ChangeKind::kStore ? &state->flags : &state->where;
  }
  // Which script was active before is not known, and the others are the client's own.
  if (change.kind == ChangeKind::kActive) return &scripts_[{change.account, ""}];
  return &scripts_.try_emplace({change.account, change.subject}, AllowedValues("")).first->second;
}

void LedgerChanges::Begin(const LedgerChange& change) {
  AllowedValues* const values = ValueOf(change);
  if (values == nullptr) return;
  ++counts_.begun;
  Pending pending{change, kNowhere};
  if (change.kind == ChangeKind::kMove || change.kind == ChangeKind::kExpunge) {
    pending.uid = std::exchange(Find(change.subject)->uid, kNowhere);
    if (!change.to.empty()) mailboxes_.emplace(change.account, change.to);
  }
  values->Begin(change.from, change.to);
  pending_.insert_or_assign(change.id, std::move(pending));
}

void LedgerChanges::End(const LedgerAnswer& answer) {
  const auto at = pending_.find(answer.id);
  if (at == pending_.end()) return;
  const LedgerChange& change = at->second.change;
  e2e::End(*ValueOf(change), answer.ack);
  if (answer.ack == Ack::kOk) ++counts_.acknowledged;
  if (answer.ack == Ack::kRefused) {
    ++counts_.refused;
    if (at->second.uid != kNowhere) Find(change.subject)->uid = at->second.uid;
  }
  pending_.erase(at);
}

MessageState* LedgerChanges::Find(std::string_view id) {
  const auto at = messages_.find(id);
  return at == messages_.end() ? nullptr : &at->second;
}

const MessageState* LedgerChanges::Find(std::string_view id) const {
  const auto at = messages_.find(id);
  return at == messages_.end() ? nullptr : &at->second;
}

bool LedgerChanges::Holds(const std::string& account, const std::string& mailbox) const {
  return mailboxes_.contains({account, mailbox});
}

}  // namespace e2e
