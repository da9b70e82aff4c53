#include "steps/sieve_changes.h"

#include <fmt/format.h>

#include "base/text.h"

namespace e2e {

SieveChanges::SieveChanges(ChangePlan plan, SieveOptions server)
    : plan_(std::move(plan)), server_(std::move(server)), random_(plan_.seed) {
  for (std::size_t i = 0; i < scripts_.size(); ++i) scripts_[i].name = fmt::format("{}-{}", plan_.name, i + 1);
}

Status SieveChanges::Open(TrafficSite& site, Deadline deadline) {
  sieve_.reset();
  E2E_TRY(sieve_, SieveClient::Connect(server_, site.clock, site.interrupt, nullptr, deadline), "changing scripts");
  E2E_CHECK(sieve_->AuthPlain(plan_.account.address, plan_.account.password, deadline), "changing scripts");
  return Status();
}

Outcome<Ack> SieveChanges::Change(TrafficSite& site, Deadline deadline) {
  const std::size_t what = Draw(100);
  Script& script = scripts_[Draw(scripts_.size())];
  if (!script.there || what < 50) return Put(site, script, deadline);
  // RFC 5804 2.10: the active one can't be deleted.
  if (what < 75 || !active_ || *active_ == script.name) return Activate(site, script, deadline);
  return Delete(site, script, deadline);
}

Outcome<Ack> SieveChanges::Put(TrafficSite& site, Script& script, Deadline deadline) {
  const std::string id = NextId();
  const std::string text = fmt::format("# {}\r\nkeep;\r\n", id);
  E2E_TRY(const Ack ack,
          Do(site, {id, ChangeKind::kScript, "", script.name, "", Sha256Hex(text)},
             fmt::format("PUTSCRIPT \"{}\" {}", script.name, SieveClient::Literal(text)), deadline),
          "putting a script");
  script.there = script.there || ack == Ack::kOk;
  return ack;
}

Outcome<Ack> SieveChanges::Activate(TrafficSite& site, const Script& script, Deadline deadline) {
  E2E_TRY(const Ack ack,
          Do(site, {NextId(), ChangeKind::kActive, "", "", "", script.name},
             fmt::format("SETACTIVE \"{}\"", script.name), deadline),
          "activating a script");
  if (ack == Ack::kOk) active_ = script.name;
  if (ack == Ack::kUnknown) active_.reset();
  return ack;
}

Outcome<Ack> SieveChanges::Delete(TrafficSite& site, Script& script, Deadline deadline) {
  E2E_TRY(const Ack ack,
          Do(site, {NextId(), ChangeKind::kNoScript, "", script.name, "", ""},
             fmt::format("DELETESCRIPT \"{}\"", script.name), deadline),
          "deleting a script");
  script.there = ack == Ack::kRefused;
  return ack;
}

Outcome<Ack> SieveChanges::Do(TrafficSite& site, LedgerChange change, const std::string& command, Deadline deadline) {
  change.account = plan_.account.address;
  E2E_CHECK(site.ledger.Changing(change), "changing scripts");
  const auto reply = sieve_->Exchange(command, deadline);
  const Ack ack = !reply                  ? Ack::kUnknown
                  : reply->status == "OK" ? Ack::kOk
                  : reply->status == "NO" ? Ack::kRefused
                                          : Ack::kUnknown;
  E2E_CHECK(site.ledger.Changed(change.id, ack, reply ? reply->status + " " + reply->text : reply.error().message()),
            "changing scripts");
  return ack;
}

std::string SieveChanges::NextId() {
  return fmt::format("{}-change-{:05}", plan_.id_prefix, operations_++);
}

void SieveChanges::Close(Deadline deadline) {
  // Whatever it says, all that counts is answered.
  static_cast<void>(sieve_->Logout(deadline));
}

}  // namespace e2e
