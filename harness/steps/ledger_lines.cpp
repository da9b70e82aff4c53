#include "steps/ledger_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::string_view kAckNames[] = {"ok", "refused", "unknown"};
constexpr std::string_view kKindNames[] = {"store", "move", "expunge", "script", "no-script", "active"};

// A server's words may hold any bytes, JSON only UTF-8. What needs no escape, as nearly everything here, takes the
// short way.
std::string Quoted(const std::string& text) {
  for (const char* at = text.data(); at != text.data() + text.size(); ++at) {
    if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
      return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return '"' + text + '"';
}

Ack AckFromName(const std::string& name) {
  if (name == kAckNames[0]) return Ack::kOk;
  return name == kAckNames[1] ? Ack::kRefused : Ack::kUnknown;
}

ChangeKind KindFromName(const std::string& name) {
  const auto at = std::find(std::begin(kKindNames), std::end(kKindNames), name);
  if (at == std::end(kKindNames)) throw json::other_error::create(501, "no such change: " + name, nullptr);
  return static_cast<ChangeKind>(at - std::begin(kKindNames));
}

// Behind a key of its own, as most lines have none.
std::string Also(std::string_view key, const std::string& value) {
  return value.empty() ? "" : fmt::format(",\"{}\":{}", key, Quoted(value));
}

}  // namespace

std::string SendingLine(const LedgerEntry& entry, const std::string& mailbox) {
  return fmt::format("{{\"op\":\"sending\",\"id\":{},\"account\":{},\"sha256\":{},\"size\":{}{}}}\n", Quoted(entry.id),
                     Quoted(entry.account), Quoted(entry.sha256), entry.size, Also("mailbox", mailbox));
}

std::string AnswerLine(std::string_view op, const LedgerAnswer& answer) {
  return fmt::format("{{\"op\":\"{}\",\"id\":{},\"ack\":\"{}\",\"reply\":{}}}\n", op, Quoted(answer.id),
                     kAckNames[static_cast<int>(answer.ack)], Quoted(answer.reply));
}

std::string ChangingLine(const LedgerChange& change) {
  return fmt::format(
      "{{\"op\":\"changing\",\"id\":{},\"kind\":\"{}\",\"account\":{},\"subject\":{},\"from\":{},\"to\":{}}}\n",
      Quoted(change.id), kKindNames[static_cast<int>(change.kind)], Quoted(change.account), Quoted(change.subject),
      Quoted(change.from), Quoted(change.to));
}

std::string StoredLine(std::string_view op, const StoredMessage& message) {
  return fmt::format(
      "{{\"op\":\"{}\",\"account\":{},\"mailbox\":{},\"uidvalidity\":{},\"uid\":{},\"id\":{},\"sha256\":{}{}}}\n", op,
      Quoted(message.account), Quoted(message.mailbox), message.uidvalidity, message.uid, Quoted(message.id),
      Quoted(message.sha256), Also("flags", FlagText(message.flags)));
}

std::string MailboxLine(std::string_view op, const StoredMailbox& mailbox) {
  return fmt::format("{{\"op\":\"{}\",\"account\":{},\"mailbox\":{},\"uidvalidity\":{},\"uidnext\":{}}}\n", op,
                     Quoted(mailbox.account), Quoted(mailbox.mailbox), mailbox.uidvalidity, mailbox.uidnext);
}

std::string FoundScriptLine(const StoredScript& script) {
  return fmt::format("{{\"op\":\"found-script\",\"account\":{},\"name\":{},\"sha256\":{},\"active\":{}}}\n",
                     Quoted(script.account), Quoted(script.name), Quoted(script.sha256), script.active);
}

std::string ReadBackLine(const Findings& found) {
  return fmt::format("{{\"op\":\"read-back\",\"messages\":{},\"mailboxes\":{},\"scripts\":{}}}\n",
                     found.messages.size(), found.mailboxes.size(), found.scripts.size());
}

LedgerAnswer AnswerFrom(const json& record) {
  return {record.value("id", ""), AckFromName(record.value("ack", "")), record.value("reply", "")};
}

LedgerChange ChangeFrom(const json& record) {
  return {record.value("id", ""),      KindFromName(record.value("kind", "")),
          record.value("account", ""), record.value("subject", ""),
          record.value("from", ""),    record.value("to", "")};
}

StoredMessage StoredFrom(const json& record) {
  return {record.value("account", ""),       record.value("mailbox", ""), record.value("uidvalidity", 0U),
          record.value("uid", 0U),           record.value("id", ""),      record.value("sha256", ""),
          FlagsOf(record.value("flags", ""))};
}

StoredMailbox MailboxFrom(const json& record) {
  return {record.value("account", ""), record.value("mailbox", ""), record.value("uidvalidity", 0U),
          record.value("uidnext", 0U)};
}

StoredScript ScriptFrom(const json& record) {
  return {record.value("account", ""), record.value("name", ""), record.value("sha256", ""),
          record.value("active", false)};
}

std::size_t FoundLines(const json& record) {
  constexpr std::size_t kNone = 0;
  return record.value("messages", kNone) + record.value("mailboxes", kNone) + record.value("scripts", kNone);
}

}  // namespace e2e
